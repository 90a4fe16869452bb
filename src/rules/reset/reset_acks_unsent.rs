//! `reset-acks-unsent`: acknowledges in a RST what the peer never sent. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger};
use crate::tcp::Seq;

/// Acknowledges in a RST what the peer never sent.
pub static RULE: Rule = Rule {
    code: "TCP505",
    name: "reset-acks-unsent",
    summary: "acknowledges in a RST what the peer never sent",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.5.2"), Cite::rfc(9293, "3.10.7.4")],
    requirements: &["U-17", "U-06"],
    also_known_as: &["stream.rst_invalid_ack"],
    check: Check::Emission {
        when: Trigger::RST,
        guard: check,
    },
    page: include_str!("reset_acks_unsent.md"),
    ..Rule::NOTE
};

/// RCV.NXT does not pass the peer's octets.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(ack) = e.sent.ack.filter(|_| e.own.is_seen() && !e.segment().syn()) else {
        return Ok(());
    };
    let synchronized = e.own.ack_max.is_some() && e.peer.ack_max.is_some();
    let own_number = e.sent.seq >= Seq::FIRST && e.sent.seq <= e.own.seen_end();
    let far = ack.across() - e.peer.seen_end() > BEYOND;
    if !synchronized || !own_number || !far || e.rcv_nxt().may_ge(ack) {
        return Ok(());
    }
    let sent = e.peer.prefix_end();
    Err(Breach {
        message: format!("acknowledges {ack} in a RST; the peer had sent up to {sent}"),
        expected: format!("ack ≤ {sent}"),
        seen: format!("ack {ack}"),
        // A RST is the last word: nothing later says whether the octets came.
        need: Need::PeerSegment,
        proof: Proof::Weak,
        witnesses: Vec::new(),
    })
}

/// Nearer than this, a few segments that the capture missed would explain it.
const BEYOND: i64 = 1 << 16;
