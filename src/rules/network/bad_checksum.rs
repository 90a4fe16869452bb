//! `bad-checksum`: a segment was damaged on the path: its checksum is wrong. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A segment was damaged on the path: its checksum is wrong.
pub static RULE: Rule = Rule {
    code: "TCP806",
    name: "bad-checksum",
    summary: "a segment was damaged on the path: its checksum is wrong",
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &["MUST-2"],
    also_known_as: &[
        "tcp.checksum.bad",
        "bad_TCP_checksum",
        "tcp.invalid_checksum",
        "history: c",
    ],
    check: Check::Tag,
    page: include_str!("bad_checksum.md"),
    ..Rule::NOTE
};
