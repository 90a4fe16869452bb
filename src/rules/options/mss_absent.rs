//! `mss-absent`: a SYN has no maximum segment size. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A SYN has no maximum segment size.
pub static RULE: Rule = Rule {
    code: "TCP629",
    name: "mss-absent",
    summary: "a SYN has no maximum segment size",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.7.1")],
    requirements: &["SHLD-5"],
    also_known_as: &["tcp.options.mss.absent"],
    check: Check::Tag,
    page: include_str!("mss_absent.md"),
    ..Rule::NOTE
};
