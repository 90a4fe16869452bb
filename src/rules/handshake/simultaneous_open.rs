//! `simultaneous-open`: both sides open at once, and make one connection. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Both sides open at once, and make one connection.
pub static RULE: Rule = Rule {
    code: "TCP122",
    name: "simultaneous-open",
    summary: "both sides open at once, and make one connection",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.5")],
    requirements: &["MUST-10"],
    also_known_as: &[
        "simultaneous_open",
        "stream.3whs_synack_in_wrong_direction",
        "tcp.analysis.retransmission",
    ],
    check: Check::Tag,
    page: include_str!("simultaneous_open.md"),
    ..Rule::NOTE
};
