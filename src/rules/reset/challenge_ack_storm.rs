//! `challenge-ack-storm`: more than ten challenge ACKs in five seconds. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// More than ten challenge ACKs in five seconds.
pub static RULE: Rule = Rule {
    code: "TCP522",
    name: "challenge-ack-storm",
    summary: "more than ten challenge ACKs in five seconds",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(5961, "7")],
    requirements: &["RB-4"],
    check: Check::Tag,
    page: include_str!("challenge_ack_storm.md"),
    ..Rule::NOTE
};
