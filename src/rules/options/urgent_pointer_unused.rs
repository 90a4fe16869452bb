//! `urgent-pointer-unused`: the urgent pointer is set, and URG is not. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The urgent pointer is set, and URG is not.
pub static RULE: Rule = Rule {
    code: "TCP648",
    name: "urgent-pointer-unused",
    summary: "the urgent pointer is set, and URG is not",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &["MUST-62"],
    also_known_as: &["tcp.urgent_pointer.non_zero"],
    check: Check::Tag,
    page: include_str!("urgent_pointer_unused.md"),
    ..Rule::NOTE
};
