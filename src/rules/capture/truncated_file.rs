//! `truncated-file`: the capture file ends inside a record, or is damaged. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// The capture file ends inside a record, or is damaged.
pub static RULE: Rule = Rule {
    code: "TCP901",
    name: "truncated-file",
    summary: "the capture file ends inside a record, or is damaged",
    blame: Blame::Capture,
    level: Level::Note,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &[],
    also_known_as: &["The capture file appears to have been cut short"],
    check: Check::Story,
    page: include_str!("truncated_file.md"),
};
