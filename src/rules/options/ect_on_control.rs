//! `ect-on-control`: a SYN, a pure ACK or a RST is marked as capable of ECN. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A SYN, a pure ACK or a RST is marked as capable of ECN.
pub static RULE: Rule = Rule {
    code: "TCP641",
    name: "ect-on-control",
    summary: "a SYN, a pure ACK or a RST is marked as capable of ECN",
    blame: Blame::Unknown,
    cites: &[
        Cite::rfc(3168, "6.1.1"),
        Cite::rfc(3168, "6.1.4"),
        Cite::rfc(8311, "4.3"),
    ],
    requirements: &["EC-4"],
    check: Check::Tag,
    page: include_str!("ect_on_control.md"),
    ..Rule::NOTE
};
