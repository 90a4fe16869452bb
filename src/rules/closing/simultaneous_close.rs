//! `simultaneous-close`: both sides close at once. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Both sides close at once.
pub static RULE: Rule = Rule {
    code: "TCP421",
    name: "simultaneous-close",
    summary: "both sides close at once",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.6")],
    check: Check::Tag,
    page: include_str!("simultaneous_close.md"),
    ..Rule::NOTE
};
