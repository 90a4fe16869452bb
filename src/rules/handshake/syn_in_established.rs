//! `syn-in-established`: sends a SYN inside a connection and goes on with its old numbers. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// Sends a SYN inside a connection and goes on with its old numbers.
pub static RULE: Rule = Rule {
    code: "TCP106",
    name: "syn-in-established",
    summary: "sends a SYN inside a connection and goes on with its old numbers",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(9293, "3.10.7.4"), Cite::rfc(9293, "3.4")],
    requirements: &["U-02"],
    also_known_as: &[
        "stream.est_syn_resend_diff_seq",
        "SYN_inside_connection",
        "tcp.analysis.reused_ports",
    ],
    check: Check::Story,
    page: include_str!("syn_in_established.md"),
};
