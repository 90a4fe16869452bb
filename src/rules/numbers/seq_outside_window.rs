//! `seq-outside-window`: sends octets beyond the window, with a gap to all that it sent before. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Sends octets beyond the window, with a gap to all that it sent before.
pub static RULE: Rule = Rule {
    code: "TCP203",
    name: "seq-outside-window",
    summary: "sends octets beyond the window, with a gap to all that it sent before",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Seq,
    cites: &[Cite::rfc(9293, "3.4"), Cite::rfc(9293, "3.8.6")],
    requirements: &["U-04", "U-09"],
    also_known_as: &[
        "stream.est_packet_out_of_window",
        "tcp.analysis.lost_segment",
    ],
    check: Check::Emission {
        when: Trigger::NO_SYN.but_ordinary(),
        guard: check,
    },
    page: include_str!("seq_outside_window.md"),
};

/// SEG.SEQ beyond the furthest right edge ever offered, and beyond everything sent before.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (edge, seq, text) = (e.right_edge(), e.sent.text_start(), e.segment().text);
    let outside = seq > e.own.snd_max && !edge.may_ge(seq);
    if !outside || e.segment().syn() || e.window_is_shared() || text == 0 && !stands_beyond(e) {
        return Ok(());
    }
    let (limit, sent) = (edge.possible().unwrap_or(seq), e.own.snd_max);
    let deed = if text > 0 {
        "sends octets at"
    } else {
        "has sent octets up to"
    };
    Err(Breach {
        message: format!(
            "{deed} {seq}; it had sent up to {sent}, and the peer never offered more than {limit}"
        ),
        expected: format!("seq ≤ {sent}, edge {limit}"),
        seen: format!("seq {seq}"),
        need: Need::PeerEdge(e.sent.text_end()),
        proof: Proof::Strong,
        witnesses: Vec::new(),
    })
}

/// Whether an empty segment tells that octets far beyond the edge had been sent. A FIN and probes of a closed window stand a little
/// beyond it. Its ACK is one of this connection at this time, so that no other connection of its sender speaks.
fn stands_beyond(e: &Emission<'_>) -> bool {
    const PROBES: i64 = 1 << 16;
    let far = e
        .right_edge()
        .possible()
        .is_some_and(|edge| e.sent.seq - edge > PROBES);
    let current = e.sent.ack.is_some_and(|ack| {
        e.own.ack_max.is_some_and(|highest| ack >= highest) && ack.across() <= e.peer.seen_end()
    });
    let both = e.own.iss_known() && e.peer.iss_known();
    far && current && both && e.own.reset.is_none() && e.peer.reset.is_none()
}
