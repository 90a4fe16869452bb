//! `capture-duplicates`: the capture holds most frames twice. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The capture holds most frames twice.
pub static RULE: Rule = Rule {
    code: "TCP905",
    name: "capture-duplicates",
    summary: "the capture holds most frames twice",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.4")],
    also_known_as: &[
        "tcptrace: hardware duplicate",
        "tcp.analysis.retransmission",
        "tcp.analysis.duplicate_ack",
    ],
    check: Check::Tag,
    page: include_str!("capture_duplicates.md"),
    ..Rule::NOTE
};
