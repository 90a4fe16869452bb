//! `answer-to-group`: answers a SYN that came from a multicast, broadcast or unspecified address. The page beside this file is its documentation and its test.
use super::group::is_group;
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger};

/// Answers a SYN that came from a multicast, broadcast or unspecified address.
pub static RULE: Rule = Rule {
    code: "TCP112",
    name: "answer-to-group",
    summary: "answers a SYN that came from a multicast, broadcast or unspecified address",
    cites: &[Cite::rfc(9293, "3.9.2.3")],
    requirements: &["MUST-63"],
    check: Check::Emission {
        when: Trigger::ANSWER,
        guard: check,
    },
    page: include_str!("answer_to_group.md"),
    ..Rule::FAULT
};

/// Nobody to answer is there.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some((_, peer)) = e.context.between else {
        return Ok(());
    };
    if !is_group(peer.ip()) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        format!("answers {}", peer.ip()),
        "silence",
        e.segment().flags.to_string(),
    )
}
