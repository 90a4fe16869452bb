//! `synack-retransmission`: a SYN-ACK is sent again. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A SYN-ACK is sent again.
pub static RULE: Rule = Rule {
    code: "TCP809",
    name: "synack-retransmission",
    summary: "a SYN-ACK is sent again",
    cites: &[Cite::rfc(9293, "3.8.3")],
    requirements: &["MUST-22"],
    also_known_as: &["stream.est_synack_resend", "tcp.analysis.retransmission"],
    check: Check::Tag,
    page: include_str!("synack_retransmission.md"),
    ..Rule::NOTE
};
