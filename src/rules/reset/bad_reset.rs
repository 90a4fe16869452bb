//! `bad-reset`: sends a RST whose numbers answer nothing. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Seq;

/// Sends a RST whose numbers answer nothing.
pub static RULE: Rule = Rule {
    code: "TCP501",
    name: "bad-reset",
    summary: "sends a RST whose numbers answer nothing",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Reset,
    cites: &[Cite::rfc(9293, "3.5.2"), Cite::rfc(9293, "3.10.7.1")],
    requirements: &["U-17"],
    also_known_as: &["stream.rst_invalid_ack"],
    check: Check::Emission {
        when: Trigger::RST,
        guard: check,
    },
    page: include_str!("bad_reset.md"),
};

/// A RST takes its number from the segment that it answers, or from the sender's own stream (the five forms).
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().rst() || e.context.reset_is_explained {
        return Ok(());
    }
    let refusal = e
        .peer
        .syn
        .as_ref()
        .filter(|_| !e.own.is_seen() && e.peer.ack_max.is_none());
    let (message, expected, proof) = match (refusal, e.sent.ack) {
        (Some(syn), Some(ack)) => {
            let right = Seq::FIRST + i64::from(syn.text);
            let proof = if (ack - right).abs() <= NEAR {
                Proof::Strong
            } else {
                Proof::Weak
            };
            (
                format!("refuses the SYN with ack {ack}; it calls for {right}"),
                format!("ack = {right}"),
                proof,
            )
        }
        (Some(_), None) => (
            "refuses a SYN, which has no ACK to take a number from, without acknowledging it"
                .into(),
            "RST,ACK with seq 0".into(),
            Proof::Weak,
        ),
        _ => {
            let sent = e.own.snd_max;
            (
                format!(
                    "sends a RST at {}; it had sent up to {sent}, and no segment of the peer asks for that number",
                    e.sent.seq
                ),
                format!("seq {sent}"),
                Proof::Weak,
            )
        }
    };
    Err(Breach {
        message,
        expected,
        seen: format!(
            "seq {}{}",
            e.sent.seq,
            e.sent
                .ack
                .map(|ack| format!(", ack {ack}"))
                .unwrap_or_default()
        ),
        need: Need::PeerSegment,
        proof,
        witnesses: refusal.map(|syn| syn.frame).into_iter().collect(),
    })
}

/// How far a wrong acknowledgment may be from the right one to be no other segment's.
const NEAR: i64 = 1 << 16;
