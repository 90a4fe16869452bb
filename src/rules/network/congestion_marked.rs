//! `congestion-marked`: a router marked segments instead of dropping them. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A router marked segments instead of dropping them.
pub static RULE: Rule = Rule {
    code: "TCP812",
    name: "congestion-marked",
    summary: "a router marked segments instead of dropping them",
    cites: &[Cite::rfc(3168, "5"), Cite::rfc(9768, "3.2.2")],
    also_known_as: &["ip.dsfield.ecn == 3"],
    check: Check::Tag,
    page: include_str!("congestion_marked.md"),
    ..Rule::NOTE
};
