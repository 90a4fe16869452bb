//! `ack-delayed`: acknowledges data later than half a second. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Rule};

/// Acknowledges data later than half a second.
pub static RULE: Rule = Rule {
    code: "TCP703",
    name: "ack-delayed",
    summary: "acknowledges data later than half a second",
    cites: &[Cite::rfc(9293, "3.8.6.3")],
    requirements: &["MUST-40"],
    also_known_as: &["tcp.analysis.ack_rtt"],
    page: include_str!("ack_delayed.md"),
    ..Rule::FAULT
};
