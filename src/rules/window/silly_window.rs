//! `silly-window`: opens its window in small steps. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Opens its window in small steps.
pub static RULE: Rule = Rule {
    code: "TCP393",
    name: "silly-window",
    summary: "opens its window in small steps",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.8.6.2.2")],
    requirements: &["MUST-39"],
    also_known_as: &["tcp.analysis.window_update"],
    check: Check::Tag,
    page: include_str!("silly_window.md"),
    ..Rule::NOTE
};
