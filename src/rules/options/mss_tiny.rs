//! `mss-tiny`: a SYN asks for segments of less than 88 octets. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A SYN asks for segments of less than 88 octets.
pub static RULE: Rule = Rule {
    code: "TCP628",
    name: "mss-tiny",
    summary: "a SYN asks for segments of less than 88 octets",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.7.1")],
    requirements: &["MUST-14"],
    check: Check::Tag,
    page: include_str!("mss_tiny.md"),
    ..Rule::NOTE
};
