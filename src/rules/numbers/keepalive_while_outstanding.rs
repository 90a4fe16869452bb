//! `keepalive-while-outstanding`: sends a keep-alive while octets wait for acknowledgment. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger};
use crate::tcp::{Foreign, Seq};

/// Sends a keep-alive while octets wait for acknowledgment.
pub static RULE: Rule = Rule {
    code: "TCP223",
    name: "keepalive-while-outstanding",
    summary: "sends a keep-alive while octets wait for acknowledgment",
    cites: &[Cite::rfc(9293, "3.8.4")],
    requirements: &["MUST-26"],
    also_known_as: &["tcp.analysis.keep_alive"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("keepalive_while_outstanding.md"),
    ..Rule::FAULT
};

/// SND.NXT-1 is the number of a keep-alive, and says that everything was acknowledged.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    // What has anything to say is an acknowledgment, whatever its number.
    let says = e.sent.ack != e.own.ack_max || !segment.options.sack.is_empty();
    let shape = segment.is_empty() && !segment.syn() && e.sent.seq + 1 == e.own.snd_max && !says;
    let acked = e.peer.ack_max.map(Seq::<Foreign>::across);
    let open = acked.is_some_and(|acked| acked + 1 < e.own.snd_max);
    let closed = e.peer.last_window.is_none_or(|window| window == 0);
    let latest = e.surely_after(e.own.clock.newest());
    if !shape || !open || closed || !latest || e.own.fin.is_some() {
        return Ok(());
    }
    let Some(proof) = e.worth(Proof::Weak) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "sends a keep-alive at {} while octets from {} on wait for acknowledgment",
            e.sent.seq,
            acked.unwrap_or(e.sent.seq)
        ),
        expected: "a retransmission".into(),
        seen: format!("no octets at {}", e.sent.seq),
        need: Need::PeerAck(e.own.snd_max),
        proof,
        witnesses: Vec::new(),
    })
}
