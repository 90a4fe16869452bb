//! `data-before-handshake`: sends data before any acknowledgment of its SYN can have arrived. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::{Reading, Seq};

/// Sends data before any acknowledgment of its SYN can have arrived.
pub static RULE: Rule = Rule {
    code: "TCP104",
    name: "data-before-handshake",
    summary: "sends data before any acknowledgment of its SYN can have arrived",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Opening,
    cites: &[Cite::rfc(9293, "3.10.2"), Cite::rfc(9293, "3.5")],
    requirements: &["U-08", "TF-3"],
    also_known_as: &["stream.3whs_ack_data_inject", "data_before_established"],
    check: Check::Emission {
        when: Trigger::TEXT,
        guard: check,
    },
    page: include_str!("data_before_handshake.md"),
};

/// A passive opener in SYN-RECEIVED queues data until its SYN is acknowledged (section 3.10.2), unless Fast Open carried it (RFC 7413).
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (Some(own), Some(peer)) = (e.own.syn.as_ref(), e.peer.syn.as_ref()) else {
        return Ok(());
    };
    let passive = own.bare == 0 && own.with_ack > 0 && peer.bare > 0;
    let fast_open = peer.text > 0
        || peer.options.fast_open.is_some()
        || peer.options.reading != Reading::Complete;
    // Octets on a SYN left before anything was received.
    if e.segment().syn() || !passive || fast_open || e.snd_una().may_ge(Seq::FIRST) {
        return Ok(());
    }
    let text = e.segment().text;
    Err(Breach {
        message: format!(
            "sends {text} octets of data although nobody had acknowledged its SYN (a two-way handshake)"
        ),
        expected: "an ACK of its SYN first".into(),
        seen: format!("{text} octets at {}", e.sent.seq),
        need: Need::PeerAck(Seq::FIRST),
        proof: Proof::Strong,
        witnesses: vec![own.frame],
    })
}
