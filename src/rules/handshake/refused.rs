//! `refused`: a RST answers the SYN. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A RST answers the SYN.
pub static RULE: Rule = Rule {
    code: "TCP124",
    name: "refused",
    summary: "a RST answers the SYN",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.10.7.1")],
    also_known_as: &["REJ", "connection_rejected"],
    check: Check::Tag,
    page: include_str!("refused.md"),
    ..Rule::NOTE
};
