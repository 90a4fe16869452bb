//! `syn-retransmission`: a SYN is sent again. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A SYN is sent again.
pub static RULE: Rule = Rule {
    code: "TCP808",
    name: "syn-retransmission",
    summary: "a SYN is sent again",
    cites: &[Cite::rfc(9293, "3.8.3")],
    requirements: &["MUST-22"],
    also_known_as: &["tcp.analysis.retransmission"],
    check: Check::Tag,
    page: include_str!("syn_retransmission.md"),
    ..Rule::NOTE
};
