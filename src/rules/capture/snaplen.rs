//! `snaplen`: frames were cut when they were recorded. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Frames were cut when they were recorded.
pub static RULE: Rule = Rule {
    code: "TCP907",
    name: "snaplen",
    summary: "frames were cut when they were recorded",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.1")],
    also_known_as: &[
        "frame.cap_len < frame.len",
        "truncated_tcp_payload",
        "history: x",
    ],
    check: Check::Tag,
    page: include_str!("snaplen.md"),
    ..Rule::NOTE
};
