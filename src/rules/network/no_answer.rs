//! `no-answer`: nothing answers the SYN. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// Nothing answers the SYN.
pub static RULE: Rule = Rule {
    code: "TCP816",
    name: "no-answer",
    summary: "nothing answers the SYN",
    cites: &[Cite::rfc(9293, "3.8.3")],
    requirements: &["MUST-23"],
    also_known_as: &["S0", "connection_attempt"],
    check: Check::Tag,
    page: include_str!("no_answer.md"),
    ..Rule::NOTE
};
