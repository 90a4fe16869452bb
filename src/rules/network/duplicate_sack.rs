//! `duplicate-sack`: the receiver reports octets that it got twice. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// The receiver reports octets that it got twice.
pub static RULE: Rule = Rule {
    code: "TCP811",
    name: "duplicate-sack",
    summary: "the receiver reports octets that it got twice",
    cites: &[Cite::rfc(2883, "4")],
    requirements: &["SK-7"],
    also_known_as: &["tcp.options.sack.dsack", "tcptrace: dsack"],
    check: Check::Tag,
    page: include_str!("duplicate_sack.md"),
    ..Rule::NOTE
};
