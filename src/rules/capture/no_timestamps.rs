//! `no-timestamps`: the records carry no times. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The records carry no times.
pub static RULE: Rule = Rule {
    code: "TCP912",
    name: "no-timestamps",
    summary: "the records carry no times",
    blame: Blame::Capture,
    cites: &[Cite::rfc(9293, "3.1")],
    check: Check::Tag,
    page: include_str!("no_timestamps.md"),
    ..Rule::NOTE
};
