//! `isn-predictable`: chooses initial sequence numbers that follow each other by one step. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Level, Rule};

/// Chooses initial sequence numbers that follow each other by one step.
pub static RULE: Rule = Rule {
    code: "TCP107",
    name: "isn-predictable",
    summary: "chooses initial sequence numbers that follow each other by one step",
    level: Level::Should,
    cites: &[Cite::rfc(9293, "3.4.1"), Cite::rfc(6528, "3")],
    requirements: &["SHLD-1", "MUST-9"],
    also_known_as: &[],
    page: include_str!("isn_predictable.md"),
    ..Rule::FAULT
};
