//! `network-duplicate`: the network delivers one segment twice. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// The network delivers one segment twice.
pub static RULE: Rule = Rule {
    code: "TCP805",
    name: "network-duplicate",
    summary: "the network delivers one segment twice",
    cites: &[Cite::rfc(9293, "3.4")],
    also_known_as: &[
        "tcptrace: hardware duplicate",
        "tcp.analysis.retransmission",
    ],
    check: Check::Tag,
    page: include_str!("network_duplicate.md"),
    ..Rule::NOTE
};
