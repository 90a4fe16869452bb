//! `retransmission-too-early`: retransmits before an answer can have come. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Rule};

/// Retransmits before an answer can have come.
pub static RULE: Rule = Rule {
    code: "TCP701",
    name: "retransmission-too-early",
    summary: "retransmits before an answer can have come",
    cites: &[Cite::rfc(9293, "3.8.1"), Cite::rfc(6298, "2")],
    requirements: &["MUST-18"],
    also_known_as: &["tcp.analysis.spurious_retransmission"],
    page: include_str!("retransmission_too_early.md"),
    ..Rule::FAULT
};
