//! `window-overrun`: sends more than the peer's window ever allowed. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Seq;

/// Sends more than the peer's window ever allowed.
pub static RULE: Rule = Rule {
    code: "TCP301",
    name: "window-overrun",
    summary: "sends more than the peer's window ever allowed",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Seq,
    cites: &[Cite::rfc(9293, "3.8.6"), Cite::rfc(9293, "3.4")],
    requirements: &["U-09"],
    also_known_as: &[
        "stream.est_packet_out_of_window",
        "tcp.analysis.window_full",
    ],
    check: Check::Emission {
        when: Trigger::TEXT.but_ordinary(),
        guard: check,
    },
    page: include_str!("window_overrun.md"),
};

/// The last octet must not pass the furthest right edge ever offered. One segment at a closed edge is a probe (section 3.8.6.1).
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (edge, seq, end) = (e.right_edge(), e.sent.text_start(), e.sent.text_end());
    let probe = edge.may_ge(seq) && (e.own.snd_max <= seq || e.segment().text == 1);
    // What the SYN carried was sent before any window was known, and may be sent again (RFC 7413; RFC 9293 MAY-7).
    let on_syn = e
        .own
        .syn
        .as_ref()
        .is_some_and(|syn| end <= Seq::FIRST + i64::from(syn.text));
    if e.segment().syn() || on_syn || edge.may_ge(end) || e.window_is_shared() {
        return Ok(());
    }
    let limit = edge.possible().unwrap_or(end);
    if probe && limit == seq {
        return Ok(());
    }
    Err(Breach {
        message: format!("sends octets up to {end}; the peer never offered more than {limit}"),
        expected: format!("end ≤ {limit}"),
        seen: format!("end {end}"),
        need: Need::PeerEdge(end),
        proof: Proof::Strong,
        witnesses: Vec::new(),
    })
}
