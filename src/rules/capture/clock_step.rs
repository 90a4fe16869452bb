//! `clock-step`: the clock of the capturing machine was set while it recorded. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The clock of the capturing machine was set while it recorded.
pub static RULE: Rule = Rule {
    code: "TCP908",
    name: "clock-step",
    summary: "the clock of the capturing machine was set while it recorded",
    blame: Blame::Capture,
    cites: &[Cite::rfc(7323, "5.4")],
    also_known_as: &["frame.time_delta", "tcptrace: bad timestamp order"],
    check: Check::Tag,
    page: include_str!("clock_step.md"),
    ..Rule::NOTE
};
