//! `loss-before-tap`: a segment was lost on its way to the tap: the sender fills the hole later. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A segment was lost on its way to the tap: the sender fills the hole later.
pub static RULE: Rule = Rule {
    code: "TCP813",
    name: "loss-before-tap",
    summary: "a segment was lost on its way to the tap: the sender fills the hole later",
    cites: &[Cite::rfc(9293, "3.8.1")],
    also_known_as: &["tcp.analysis.lost_segment", "content_gap"],
    check: Check::Tag,
    page: include_str!("loss_before_tap.md"),
    ..Rule::NOTE
};
