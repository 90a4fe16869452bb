//! `fin-retransmission`: a FIN is sent again. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A FIN is sent again.
pub static RULE: Rule = Rule {
    code: "TCP810",
    name: "fin-retransmission",
    summary: "a FIN is sent again",
    cites: &[Cite::rfc(9293, "3.6")],
    also_known_as: &["tcp.analysis.retransmission"],
    check: Check::Tag,
    page: include_str!("fin_retransmission.md"),
    ..Rule::NOTE
};
