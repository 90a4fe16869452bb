//! `truncated-capture`: the record stops while connections are at work. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The record stops while connections are at work.
pub static RULE: Rule = Rule {
    code: "TCP913",
    name: "truncated-capture",
    summary: "the record stops while connections are at work",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.1")],
    also_known_as: &["tcp.completeness"],
    check: Check::Tag,
    page: include_str!("truncated_capture.md"),
    ..Rule::NOTE
};
