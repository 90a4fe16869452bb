//! `time-wait-assassination`: a RST ends TIME-WAIT early. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A RST ends TIME-WAIT early.
pub static RULE: Rule = Rule {
    code: "TCP422",
    name: "time-wait-assassination",
    summary: "a RST ends TIME-WAIT early",
    cites: &[Cite::rfc(1337, "2"), Cite::rfc(9293, "3.10.7.4")],
    requirements: &["TW-2"],
    check: Check::Tag,
    page: include_str!("time_wait_assassination.md"),
    ..Rule::NOTE
};
