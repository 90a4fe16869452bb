//! `early-time-wait-exit`: leaves TIME-WAIT before 2 MSL have passed. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// Leaves TIME-WAIT before 2 MSL have passed.
pub static RULE: Rule = Rule {
    code: "TCP403",
    name: "early-time-wait-exit",
    summary: "leaves TIME-WAIT before 2 MSL have passed",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[
        Cite::rfc(9293, "3.6.1"),
        Cite::rfc(9293, "3.10.7.4"),
        Cite::rfc(6191, "2"),
    ],
    requirements: &["MUST-13", "MAY-2", "TW-1"],
    also_known_as: &["premature_connection_reuse", "stream.shutdown_syn_resend"],
    check: Check::Story,
    page: include_str!("early_time_wait_exit.md"),
};
