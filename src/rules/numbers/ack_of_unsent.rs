//! `ack-of-unsent`: acknowledges octets that the peer never sent. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Acknowledges octets that the peer never sent.
pub static RULE: Rule = Rule {
    code: "TCP201",
    name: "ack-of-unsent",
    summary: "acknowledges octets that the peer never sent",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Ack,
    cites: &[Cite::rfc(9293, "3.10.7.4"), Cite::rfc(9293, "3.4")],
    requirements: &["U-06"],
    also_known_as: &["tcp.analysis.ack_lost_segment", "stream.pkt_invalid_ack"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("ack_of_unsent.md"),
};

/// SEG.ACK must not pass the sender's RCV.NXT, which no delivery puts beyond the contiguous octets seen of the peer.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(ack) = e.sent.ack.filter(|_| !e.segment().syn()) else {
        return Ok(());
    };
    // Nothing can exist beyond the FIN, whatever lies unseen before it.
    let sound =
        e.peer.known.end() <= e.peer.fin_end() && e.peer.fin.is_some_and(|fin| fin.verified);
    let end = e
        .peer
        .fin_end()
        .filter(|&end| end < ack.across())
        .filter(|&end| sound || !e.rcv_nxt().may_ge(ack) && end <= e.peer.prefix_end());
    let beyond_fin = end.is_some();
    if e.rcv_nxt().may_ge(ack) && !beyond_fin {
        return Ok(());
    }
    let sent = end.unwrap_or(e.peer.prefix_end());
    Err(Breach {
        message: match beyond_fin {
            true => format!(
                "acknowledges {ack}; the peer's stream ends with its FIN at {}",
                sent - 1
            ),
            false => format!("acknowledges {ack}; the peer had sent up to {sent}"),
        },
        expected: format!("ack ≤ {sent}"),
        seen: format!("ack {ack}"),
        need: if beyond_fin {
            Need::Nothing
        } else {
            Need::PeerOctets(ack)
        },
        proof: match (
            beyond_fin,
            e.joins_peer(ack) && e.sent.seq <= e.own.seen_end(),
        ) {
            (true, true) => Proof::Certain,
            // SEQ and ACK leave everything known together: another incarnation may speak.
            (true, false) => Proof::Weak,
            (false, _) => Proof::Strong,
        },
        witnesses: e
            .peer
            .fin
            .iter()
            .filter(|_| beyond_fin)
            .map(|fin| fin.frame)
            .collect(),
    })
}
