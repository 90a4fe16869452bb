//! `time-wait-no-reack`: meets a repeated FIN with silence in TIME-WAIT. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Rule};

/// Meets a repeated FIN with silence in TIME-WAIT.
pub static RULE: Rule = Rule {
    code: "TCP405",
    name: "time-wait-no-reack",
    summary: "meets a repeated FIN with silence in TIME-WAIT",
    cites: &[Cite::rfc(9293, "3.10.7.4"), Cite::rfc(9293, "3.6.1")],
    requirements: &["MUST-13"],
    also_known_as: &[],
    page: include_str!("time_wait_no_reack.md"),
    ..Rule::FAULT
};
