//! `bad-checksum-is-offload`: checksums are unfinished because the network card makes them. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Checksums are unfinished because the network card makes them.
pub static RULE: Rule = Rule {
    code: "TCP911",
    name: "bad-checksum-is-offload",
    summary: "checksums are unfinished because the network card makes them",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &["MUST-2"],
    also_known_as: &["tcp.checksum.bad", "tcp.checksum.partial"],
    check: Check::Tag,
    page: include_str!("bad_checksum_is_offload.md"),
    ..Rule::NOTE
};
