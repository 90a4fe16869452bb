//! `synack-isn-changed`: repeats its SYN-ACK with another initial sequence number and goes on with the first. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// Repeats its SYN-ACK with another initial sequence number and goes on with the first.
pub static RULE: Rule = Rule {
    code: "TCP102",
    name: "synack-isn-changed",
    summary: "repeats its SYN-ACK with another initial sequence number and goes on with the first",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(9293, "3.4.1"), Cite::rfc(9293, "3.10.7.4")],
    requirements: &["U-10"],
    also_known_as: &["SYN_seq_jump", "tcp.analysis.reused_ports"],
    check: Check::Story,
    page: include_str!("synack_isn_changed.md"),
};
