//! `initial-window-large`: sends more than ten segments before the first is acknowledged. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Sends more than ten segments before the first is acknowledged.
pub static RULE: Rule = Rule {
    code: "TCP790",
    name: "initial-window-large",
    summary: "sends more than ten segments before the first is acknowledged",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(6928, "2"), Cite::rfc(5681, "3.1")],
    requirements: &["CC-1"],
    also_known_as: &["initcwnd"],
    check: Check::Tag,
    page: include_str!("initial_window_large.md"),
    ..Rule::NOTE
};
