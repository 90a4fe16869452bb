//! `reordering`: segments reach the tap in another order than they were sent. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// Segments reach the tap in another order than they were sent.
pub static RULE: Rule = Rule {
    code: "TCP804",
    name: "reordering",
    summary: "segments reach the tap in another order than they were sent",
    cites: &[Cite::rfc(9293, "3.4")],
    also_known_as: &["tcp.analysis.out_of_order", "TCP_seq_underflow_or_misorder"],
    check: Check::Tag,
    page: include_str!("reordering.md"),
    ..Rule::NOTE
};
