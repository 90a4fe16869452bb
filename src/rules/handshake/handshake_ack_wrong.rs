//! `handshake-ack-wrong`: completes the handshake with an acknowledgment that fits no SYN of the peer. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Seq;

/// Completes the handshake with an acknowledgment that fits no SYN of the peer.
pub static RULE: Rule = Rule {
    code: "TCP103",
    name: "handshake-ack-wrong",
    summary: "completes the handshake with an acknowledgment that fits no SYN of the peer",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Ack,
    cites: &[Cite::rfc(9293, "3.10.7.3"), Cite::rfc(9293, "3.5")],
    requirements: &["U-12"],
    also_known_as: &[
        "stream.3whs_right_seq_wrong_ack_evasion",
        "tcp.analysis.ack_lost_segment",
    ],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("handshake_ack_wrong.md"),
};

/// SEG.ACK of the opener's first acknowledgment must lie in (IRS, RCV.NXT].
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(ack) = e.sent.ack.filter(|_| e.is_third_segment()) else {
        return Ok(());
    };
    if ack >= Seq::FIRST && e.rcv_nxt().may_ge(ack) {
        return Ok(());
    }
    if e.is_invented() {
        return Ok(());
    }
    let known = e.peer.prefix_end();
    Err(Breach {
        message: format!(
            "the third segment acknowledges {ack}; the peer had sent its SYN and octets up to {known}"
        ),
        expected: format!("ack = {known}"),
        seen: format!("ack {ack}"),
        need: if ack < Seq::FIRST {
            Need::PeerSyn(e.segment().ack.advance(u32::MAX))
        } else {
            Need::PeerOctets(ack)
        },
        proof: if e.echoes_unseen() {
            Proof::Weak
        } else {
            Proof::Strong
        },
        witnesses: e.peer.syn.iter().map(|syn| syn.frame).collect(),
    })
}
