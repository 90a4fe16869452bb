//! `timeout-abort`: an endpoint repeats itself without an answer until the record or the connection ends. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// An endpoint repeats itself without an answer until the record or the connection ends.
pub static RULE: Rule = Rule {
    code: "TCP815",
    name: "timeout-abort",
    summary: "an endpoint repeats itself without an answer until the record or the connection ends",
    cites: &[Cite::rfc(9293, "3.8.3")],
    requirements: &["MUST-20", "MUST-23"],
    also_known_as: &["tcp_multiple_retransmissions"],
    check: Check::Tag,
    page: include_str!("timeout_abort.md"),
    ..Rule::NOTE
};
