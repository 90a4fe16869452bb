//! `half-open`: one side holds a connection that the other knows nothing of. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// One side holds a connection that the other knows nothing of.
pub static RULE: Rule = Rule {
    code: "TCP120",
    name: "half-open",
    summary: "one side holds a connection that the other knows nothing of",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.5.1")],
    also_known_as: &["RSTO", "stream.est_syn_resend_diff_seq"],
    check: Check::Tag,
    page: include_str!("half_open.md"),
    ..Rule::NOTE
};
