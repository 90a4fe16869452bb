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
        when: Trigger::TEXT,
        guard: check,
    },
    page: include_str!("seq_outside_window.md"),
};

/// SEG.SEQ beyond the furthest right edge ever offered, and beyond everything sent before.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (edge, seq) = (e.right_edge(), e.sent.text_start());
    if e.segment().syn() || edge.may_ge(seq) || seq <= e.own.snd_max || e.window_is_shared() {
        return Ok(());
    }
    let (limit, sent) = (edge.possible().unwrap_or(seq), e.own.snd_max);
    Err(Breach {
        message: format!(
            "sends octets at {seq}; it had sent up to {sent}, and the peer never offered more than {limit}"
        ),
        expected: format!("seq ≤ {sent}, edge {limit}"),
        seen: format!("seq {seq}"),
        need: Need::PeerEdge(e.sent.text_end()),
        proof: Proof::Strong,
        witnesses: Vec::new(),
    })
}
