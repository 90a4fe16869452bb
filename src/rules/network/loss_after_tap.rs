//! `loss-after-tap`: a segment passed the tap, was not acknowledged, and is sent again. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A segment passed the tap, was not acknowledged, and is sent again.
pub static RULE: Rule = Rule {
    code: "TCP814",
    name: "loss-after-tap",
    summary: "a segment passed the tap, was not acknowledged, and is sent again",
    cites: &[Cite::rfc(9293, "3.8.1")],
    also_known_as: &["tcp.analysis.retransmission", "tcp.analysis.rto"],
    check: Check::Tag,
    page: include_str!("loss_after_tap.md"),
    ..Rule::NOTE
};
