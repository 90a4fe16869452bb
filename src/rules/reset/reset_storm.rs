//! `reset-storm`: one side sends ten RSTs or more. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// One side sends ten RSTs or more.
pub static RULE: Rule = Rule {
    code: "TCP524",
    name: "reset-storm",
    summary: "one side sends ten RSTs or more",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.5.2")],
    also_known_as: &["RST_storm"],
    check: Check::Tag,
    page: include_str!("reset_storm.md"),
    ..Rule::NOTE
};
