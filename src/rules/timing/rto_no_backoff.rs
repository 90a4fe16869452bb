//! `rto-no-backoff`: retransmits at a fixed interval and never backs off. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Rule};

/// Retransmits at a fixed interval and never backs off.
pub static RULE: Rule = Rule {
    code: "TCP702",
    name: "rto-no-backoff",
    summary: "retransmits at a fixed interval and never backs off",
    cites: &[Cite::rfc(9293, "3.8.2"), Cite::rfc(6298, "5")],
    requirements: &["MUST-19"],
    also_known_as: &[],
    page: include_str!("rto_no_backoff.md"),
    ..Rule::FAULT
};
