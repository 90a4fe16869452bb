//! `retransmission`: octets are sent again, or come late to the tap after the first copy was lost before it. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// Octets are sent again, or come late to the tap after the first copy was lost before it.
pub static RULE: Rule = Rule {
    code: "TCP802",
    name: "retransmission",
    summary: "octets are sent again, or come late to the tap after the first copy was lost before it",
    cites: &[Cite::rfc(9293, "3.8.1")],
    also_known_as: &[
        "tcp.analysis.retransmission",
        "stream.pkt_retransmission",
        "history: t",
    ],
    check: Check::Tag,
    page: include_str!("retransmission.md"),
    ..Rule::NOTE
};
