//! `undecodable-frames`: frames that may hold TCP could not be decoded. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// Frames that may hold TCP could not be decoded.
pub static RULE: Rule = Rule {
    code: "TCP903",
    name: "undecodable-frames",
    summary: "frames that may hold TCP could not be decoded",
    blame: Blame::Capture,
    level: Level::Note,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &["U-03"],
    also_known_as: &["truncated_header"],
    check: Check::Story,
    page: include_str!("undecodable_frames.md"),
};
