//! `disagreeing-fragments`: fragments of one datagram that cannot both be right. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Cite, Rule};

/// Fragments of one datagram that cannot both be right.
pub static RULE: Rule = Rule {
    code: "TCP817",
    name: "disagreeing-fragments",
    summary: "fragments of one datagram state different octets or different ends",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(791, "3.2"), Cite::rfc(5722, "3")],
    also_known_as: &["ip.fragment.overlap.conflict", "decode:126:2"],
    page: include_str!("disagreeing_fragments.md"),
    ..Rule::NOTE
};
