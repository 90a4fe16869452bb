//! `timestamp-echo-without-ack`: a SYN echoes a timestamp although it acknowledges nothing. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A SYN echoes a timestamp although it acknowledges nothing.
pub static RULE: Rule = Rule {
    code: "TCP631",
    name: "timestamp-echo-without-ack",
    summary: "a SYN echoes a timestamp although it acknowledges nothing",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(7323, "3.2")],
    requirements: &["TS-8"],
    also_known_as: &["stream.pkt_invalid_timestamp"],
    check: Check::Tag,
    page: include_str!("timestamp_echo_without_ack.md"),
    ..Rule::NOTE
};
