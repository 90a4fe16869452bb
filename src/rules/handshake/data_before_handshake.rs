//! `data-before-handshake`: sends data before any acknowledgment of its SYN can have arrived. The page beside this file is its documentation and its test.

use crate::flow::SynRecord;
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
        when: Trigger::TEXT.but_ordinary(),
        guard: check,
    },
    page: include_str!("data_before_handshake.md"),
};

/// A passive opener in SYN-RECEIVED queues data until its SYN is acknowledged (section 3.10.2), unless Fast Open carried it (RFC 7413).
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(peer) = e.peer.syn.as_ref() else {
        return Ok(());
    };
    // The SYN-ACK may come after the octets that follow it: before it does, nothing is settled.
    let overtakes = !e.own.is_seen() && peer.with_ack == 0 && e.peer.ack_max.is_none();
    let answered = |own: &SynRecord| own.bare == 0 && own.with_ack > 0;
    let own = e.own.syn.as_ref();
    let passive = peer.bare > 0 && own.map_or(overtakes, answered);
    let fast_open = peer.text > 0
        || peer.options.fast_open.is_some()
        || peer.options.reading != Reading::Complete;
    // Octets on a SYN left before anything was received.
    let told = own.is_some() && e.snd_una().may_ge(Seq::FIRST);
    // Octets from before its SYN belong to the connection before.
    let before = e.own.iss_known() && e.sent.end() <= Seq::SYN;
    if e.segment().syn() || !passive || fast_open || told || before {
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
        witnesses: own.map(|own| own.frame).into_iter().collect(),
    })
}
