//! `ack-of-unreceived`: acknowledges octets that came in damaged segments alone. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Rule, Variable};

/// Acknowledges octets that came in damaged segments alone.
pub static RULE: Rule = Rule {
    code: "TCP205",
    name: "ack-of-unreceived",
    summary: "acknowledges octets that came in damaged segments alone",
    variable: Variable::Ack,
    cites: &[Cite::rfc(9293, "3.1"), Cite::rfc(9293, "3.4")],
    requirements: &["MUST-3", "U-06"],
    also_known_as: &["tcp.analysis.ack_lost_segment"],
    page: include_str!("ack_of_unreceived.md"),
    ..Rule::FAULT
};
