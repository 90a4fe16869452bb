//! `timestamp-not-negotiated`: sends timestamps that the SYNs did not agree on. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Reading;

/// Sends timestamps that the SYNs did not agree on.
pub static RULE: Rule = Rule {
    code: "TCP605",
    name: "timestamp-not-negotiated",
    summary: "sends timestamps that the SYNs did not agree on",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Timestamps,
    cites: &[Cite::rfc(7323, "3.2")],
    requirements: &["TS-3"],
    also_known_as: &["stream.pkt_invalid_timestamp"],
    check: Check::Emission {
        when: Trigger::NO_SYN.but_ordinary(),
        guard: check,
    },
    page: include_str!("timestamp_not_negotiated.md"),
};

/// Without the option in both SYNs it is in no later segment.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (Some(own), Some(peer)) = (e.own.syn.as_ref(), e.peer.syn.as_ref()) else {
        return Ok(());
    };
    let agreed = own.offers.timestamps && peer.offers.timestamps;
    let readable = !own.offers.unread
        && !peer.offers.unread
        && e.segment().options.reading != Reading::Malformed;
    // An answer that offers unasked is `option-not-offered`; this is its consequence.
    let unasked = own.offers.timestamps && !e.context.opener;
    if e.segment().options.timestamps.is_none() || agreed || unasked {
        return Ok(());
    }
    let Some(proof) = e.worth(Proof::Strong).filter(|_| readable && e.is_joined()) else {
        return Ok(());
    };
    let without = match (own.offers.timestamps, peer.offers.timestamps) {
        (false, false) => "neither SYN",
        (false, true) => "not its own SYN",
        (true, _) => "not the peer's SYN",
    };
    Err(Breach {
        message: format!("sends timestamps; {without} carried them"),
        expected: "no timestamps".into(),
        seen: "timestamps".into(),
        need: Need::PeerOffer,
        proof,
        witnesses: vec![own.frame, peer.frame],
    })
}
