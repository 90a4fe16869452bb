//! `disagreeing-fragments`: fragments of one datagram that cannot both be right. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// Fragments of one datagram that cannot both be right.
pub static RULE: Rule = Rule {
    code: "TCP820",
    name: "disagreeing-fragments",
    summary: "fragments of one datagram state different octets or different ends",
    blame: Blame::Unknown,
    level: Level::Note,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(791, "3.2"), Cite::rfc(5722, "3")],
    requirements: &[],
    also_known_as: &["ip.fragment.overlap.conflict", "decode:126:2"],
    check: Check::Story,
    page: include_str!("disagreeing_fragments.md"),
};
