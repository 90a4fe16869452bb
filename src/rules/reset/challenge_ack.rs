//! `challenge-ack`: a doubtful RST or SYN is answered with a challenge ACK. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A doubtful RST or SYN is answered with a challenge ACK.
pub static RULE: Rule = Rule {
    code: "TCP521",
    name: "challenge-ack",
    summary: "a doubtful RST or SYN is answered with a challenge ACK",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(5961, "3"), Cite::rfc(5961, "4")],
    requirements: &["RB-2"],
    also_known_as: &["tcp.analysis.duplicate_ack", "stream.pkt_invalid_ack"],
    check: Check::Tag,
    page: include_str!("challenge_ack.md"),
    ..Rule::NOTE
};
