//! `capture-loss`: the capture missed segments that passed it. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// The capture missed segments that passed it.
pub static RULE: Rule = Rule {
    code: "TCP902",
    name: "capture-loss",
    summary: "the capture missed segments that passed it",
    blame: Blame::Capture,
    level: Level::Note,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(9293, "3.4")],
    requirements: &[],
    also_known_as: &[
        "tcp.analysis.ack_lost_segment",
        "capture_loss",
        "stream.reassembly_seq_gap",
    ],
    check: Check::Story,
    page: include_str!("capture_loss.md"),
};
