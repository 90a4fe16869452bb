//! `simultaneous-open-without-synack`: answers a crossing SYN with a bare ACK instead of SYN-ACK. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger, Variable};
use crate::tcp::Seq;

/// Answers a crossing SYN with a bare ACK instead of SYN-ACK.
pub static RULE: Rule = Rule {
    code: "TCP116",
    name: "simultaneous-open-without-synack",
    summary: "answers a crossing SYN with a bare ACK instead of SYN-ACK",
    variable: Variable::Opening,
    cites: &[Cite::rfc(9293, "3.5"), Cite::rfc(9293, "3.10.7.3")],
    requirements: &["MUST-10"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("simultaneous_open_without_synack.md"),
    ..Rule::FAULT
};

/// SYN-RECEIVED is entered with a SYN-ACK.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (Some(own), Some(peer)) = (e.own.syn.as_ref(), e.peer.syn.as_ref()) else {
        return Ok(());
    };
    let crossed = own.bare > 0 && own.with_ack == 0 && peer.bare > 0 && peer.with_ack == 0;
    let silent = e.peer.ack_max.is_none() && e.own.kept.segments == u64::from(own.bare);
    let plain = e.segment().is_empty() && e.sent.seq > Seq::SYN;
    if !crossed || !silent || !plain || peer.bare > 1 {
        return Ok(());
    }
    Err(Breach {
        message: "answers a SYN that crossed its own with a bare ACK".into(),
        expected: "SYN-ACK".into(),
        seen: "ACK".into(),
        need: Need::PeerAck(Seq::FIRST),
        proof: Proof::Weak,
        witnesses: vec![own.frame, peer.frame],
    })
}
