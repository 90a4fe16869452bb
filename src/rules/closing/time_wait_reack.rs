//! `time-wait-reack`: TIME-WAIT answers a repeated FIN. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// TIME-WAIT answers a repeated FIN.
pub static RULE: Rule = Rule {
    code: "TCP423",
    name: "time-wait-reack",
    summary: "TIME-WAIT answers a repeated FIN",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.10.7.4"), Cite::rfc(9293, "3.6.1")],
    requirements: &["TW-3"],
    also_known_as: &["tcp.analysis.retransmission"],
    check: Check::Tag,
    page: include_str!("time_wait_reack.md"),
    ..Rule::NOTE
};
