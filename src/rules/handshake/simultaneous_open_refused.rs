//! `simultaneous-open-refused`: answers a crossing SYN with RST instead of SYN-ACK. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger};
use crate::tcp::Seq;

/// Answers a crossing SYN with RST instead of SYN-ACK.
pub static RULE: Rule = Rule {
    code: "TCP115",
    name: "simultaneous-open-refused",
    summary: "answers a crossing SYN with RST instead of SYN-ACK",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.5"), Cite::rfc(9293, "3.10.7.3")],
    requirements: &["MUST-10"],
    check: Check::Emission {
        when: Trigger::RST,
        guard: check,
    },
    page: include_str!("simultaneous_open_refused.md"),
    ..Rule::NOTE
};

/// SYN-SENT answers a SYN with SYN-ACK.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (Some(own), Some(peer)) = (e.own.syn.as_ref(), e.peer.syn.as_ref()) else {
        return Ok(());
    };
    let crossed = own.bare > 0 && own.with_ack == 0 && peer.bare > 0 && peer.with_ack == 0;
    let only_syns = e.own.kept.segments == u64::from(own.bare);
    let answers = e.segment().seq.0 == 0 && e.sent.ack == Some(Seq::FIRST + i64::from(peer.text));
    if !crossed || !only_syns || !answers {
        return Ok(());
    }
    Err(Breach {
        message: "answers a SYN that crossed its own with RST".into(),
        expected: "SYN-ACK".into(),
        seen: "RST".into(),
        need: Need::PeerSegment,
        proof: Proof::Weak,
        witnesses: vec![own.frame, peer.frame],
    })
}
