//! `synack-wrong-ack`: answers a SYN with an acknowledgment that fits no SYN of the peer. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Seq;

/// Answers a SYN with an acknowledgment that fits no SYN of the peer.
pub static RULE: Rule = Rule {
    code: "TCP101",
    name: "synack-wrong-ack",
    summary: "answers a SYN with an acknowledgment that fits no SYN of the peer",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Ack,
    cites: &[Cite::rfc(9293, "3.10.7.2"), Cite::rfc(9293, "3.5")],
    requirements: &["U-11", "TF-2"],
    also_known_as: &["stream.3whs_synack_with_wrong_ack", "bad_SYN_ack"],
    check: Check::Emission {
        when: Trigger::SYN_ACK,
        guard: check,
    },
    page: include_str!("synack_wrong_ack.md"),
};

/// Needs a SYN of the peer with the number before SEG.ACK, or octets on it. Placement found none: only a stray SYN-ACK comes here unanswered.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(syn) = e.peer.syn.as_ref().filter(|_| e.context.stray) else {
        return Ok(());
    };
    let Some(ack) = e.sent.ack else { return Ok(()) };
    let last = Seq::FIRST + i64::from(syn.text);
    if (Seq::FIRST..=last).contains(&ack) {
        return Ok(());
    }
    // A SYN-ACK for a SYN older than the record has a number of its own; one that misses by little, or echoes the recorded SYN, answers that SYN.
    let near = (ack - Seq::FIRST).abs() <= NEAR || e.echoes_seen();
    Err(Breach {
        message: format!("the SYN-ACK acknowledges {ack}; the peer's SYN calls for {last}"),
        expected: format!("ack = {last}"),
        seen: format!("ack {ack}"),
        need: Need::PeerSyn(e.segment().ack.advance(u32::MAX)),
        proof: if near { Proof::Strong } else { Proof::Weak },
        witnesses: vec![syn.frame],
    })
}

/// How far a wrong number may be from the right one to be no other SYN's.
const NEAR: i64 = 1 << 16;
