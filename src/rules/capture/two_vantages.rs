//! `two-vantages`: the capture holds most frames from two places of the path. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The capture holds most frames from two places of the path.
pub static RULE: Rule = Rule {
    code: "TCP906",
    name: "two-vantages",
    summary: "the capture holds most frames from two places of the path",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.4")],
    also_known_as: &["tcp.analysis.retransmission"],
    check: Check::Tag,
    page: include_str!("two_vantages.md"),
    ..Rule::NOTE
};
