//! `capture-reordered`: the capture stores frames in another order than they passed. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The capture stores frames in another order than they passed.
pub static RULE: Rule = Rule {
    code: "TCP904",
    name: "capture-reordered",
    summary: "the capture stores frames in another order than they passed",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.4")],
    also_known_as: &[
        "tcp.analysis.ack_lost_segment",
        "tcptrace: bad timestamp order",
    ],
    check: Check::Tag,
    page: include_str!("capture_reordered.md"),
    ..Rule::NOTE
};
