//! `urgent`: urgent data is announced. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Urgent data is announced.
pub static RULE: Rule = Rule {
    code: "TCP642",
    name: "urgent",
    summary: "urgent data is announced",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.8.5"), Cite::rfc(6093, "4")],
    requirements: &["SHLD-13", "MUST-30"],
    also_known_as: &["tcp.flags.urg"],
    check: Check::Tag,
    page: include_str!("urgent.md"),
    ..Rule::NOTE
};
