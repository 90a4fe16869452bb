//! `spurious-retransmission`: octets are sent again that the record shows acknowledged already. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// Octets are sent again that the record shows acknowledged already.
pub static RULE: Rule = Rule {
    code: "TCP803",
    name: "spurious-retransmission",
    summary: "octets are sent again that the record shows acknowledged already",
    cites: &[Cite::rfc(9293, "3.8.1"), Cite::rfc(2883, "4")],
    also_known_as: &[
        "tcp.analysis.spurious_retransmission",
        "stream.pkt_spurious_retransmission",
    ],
    check: Check::Tag,
    page: include_str!("spurious_retransmission.md"),
    ..Rule::NOTE
};
