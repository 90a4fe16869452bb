//! `reset-ack-loop`: RST and ACK answer each other over and over. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// RST and ACK answer each other over and over.
pub static RULE: Rule = Rule {
    code: "TCP523",
    name: "reset-ack-loop",
    summary: "RST and ACK answer each other over and over",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.10.7.1"), Cite::rfc(9293, "3.10.7.4")],
    requirements: &["U-26"],
    also_known_as: &["RST_storm", "tcp.analysis.duplicate_ack"],
    check: Check::Tag,
    page: include_str!("reset_ack_loop.md"),
    ..Rule::NOTE
};
