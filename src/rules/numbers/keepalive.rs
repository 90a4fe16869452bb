//! `keepalive`: keep-alives ask whether the peer is still there. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Keep-alives ask whether the peer is still there.
pub static RULE: Rule = Rule {
    code: "TCP240",
    name: "keepalive",
    summary: "keep-alives ask whether the peer is still there",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.8.4")],
    requirements: &["MAY-5", "MAY-6", "SHLD-12"],
    also_known_as: &["tcp.analysis.keep_alive", "tcp.analysis.keep_alive_ack"],
    check: Check::Tag,
    page: include_str!("keepalive.md"),
    ..Rule::NOTE
};
