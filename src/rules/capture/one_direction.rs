//! `one-direction`: only one side of the connection is recorded. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Only one side of the connection is recorded.
pub static RULE: Rule = Rule {
    code: "TCP910",
    name: "one-direction",
    summary: "only one side of the connection is recorded",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.4")],
    also_known_as: &["possible_split_routing", "async", "tcp.completeness"],
    check: Check::Tag,
    page: include_str!("one_direction.md"),
    ..Rule::NOTE
};
