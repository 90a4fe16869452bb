//! `midstream-start`: the connection was under way when the record began. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The connection was under way when the record began.
pub static RULE: Rule = Rule {
    code: "TCP909",
    name: "midstream-start",
    summary: "the connection was under way when the record began",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.4")],
    also_known_as: &["tcp.completeness", "PARTIAL", "129:20"],
    check: Check::Tag,
    page: include_str!("midstream_start.md"),
    ..Rule::NOTE
};
