//! `old-duplicate`: a segment from before arrives when its stream has moved on. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A segment from before arrives when its stream has moved on.
pub static RULE: Rule = Rule {
    code: "TCP807",
    name: "old-duplicate",
    summary: "a segment from before arrives when its stream has moved on",
    cites: &[Cite::rfc(9293, "3.4.2")],
    also_known_as: &[
        "tcp.analysis.spurious_retransmission",
        "stream.pkt_retransmission",
    ],
    check: Check::Tag,
    page: include_str!("old_duplicate.md"),
    ..Rule::NOTE
};
