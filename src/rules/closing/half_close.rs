//! `half-close`: one side closes, and the other goes on sending. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// One side closes, and the other goes on sending.
pub static RULE: Rule = Rule {
    code: "TCP420",
    name: "half-close",
    summary: "one side closes, and the other goes on sending",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.6")],
    also_known_as: &["S2", "S3"],
    check: Check::Tag,
    page: include_str!("half_close.md"),
    ..Rule::NOTE
};
