//! `zero-window`: a window is closed. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A window is closed.
pub static RULE: Rule = Rule {
    code: "TCP391",
    name: "zero-window",
    summary: "a window is closed",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.8.6.1")],
    requirements: &["MAY-8"],
    also_known_as: &["tcp.analysis.zero_window", "history: w"],
    check: Check::Tag,
    page: include_str!("zero_window.md"),
    ..Rule::NOTE
};
