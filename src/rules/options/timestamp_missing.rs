//! `timestamp-missing`: leaves out the timestamps that both SYNs agreed on. The page beside this file is its documentation and its test.

use crate::flow::SynRecord;
use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Seq;

/// Leaves out the timestamps that both SYNs agreed on.
pub static RULE: Rule = Rule {
    code: "TCP604",
    name: "timestamp-missing",
    summary: "leaves out the timestamps that both SYNs agreed on",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Timestamps,
    cites: &[Cite::rfc(7323, "3.2")],
    requirements: &["TS-2"],
    also_known_as: &["decode:129:14"],
    check: Check::Emission {
        when: Trigger::NO_SYN.but_ordinary(),
        guard: check,
    },
    page: include_str!("timestamp_missing.md"),
};

/// Once both SYNs carried it, the option is in every segment but RST.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (segment, own, peer) = (e.segment(), e.own.syn.as_ref(), e.peer.syn.as_ref());
    let always = |syn: Option<&SynRecord>| {
        syn.is_some_and(|syn| {
            let offers = syn.offers;
            offers.timestamps && !offers.without_timestamps && !offers.unread
        })
    };
    // Signatures, and Multipath TCP's own options, may leave no room (RFC 8684 section 3.4.1).
    let no_room =
        segment.options.authenticated || segment.options.mptcp.is_some() || e.window_is_shared();
    if segment.options.timestamps.is_some()
        || !always(own)
        || !always(peer)
        || !e.shows_all_options()
        || no_room
        || !e.is_joined()
        || !is_of_the_stream(e)
    {
        return Ok(());
    }
    // A box that takes the option out of one SYN only leaves an endpoint that never heard of the agreement.
    let agreed = e
        .own
        .acks
        .iter()
        .find(|sent| sent.tsval.is_some() && sent.seq >= Seq::FIRST);
    let best = agreed.map_or(Proof::Weak, |_| Proof::Strong);
    let Some(proof) = e.worth(best) else {
        return Ok(());
    };
    let witnesses = [own.map(|syn| syn.frame), peer.map(|syn| syn.frame)];
    Err(Breach {
        message: "sends a segment without timestamps; both SYNs carried them".into(),
        expected: "timestamps".into(),
        seen: "none".into(),
        need: Need::Nothing,
        proof,
        witnesses: witnesses
            .into_iter()
            .chain([agreed.map(|sent| sent.frame)])
            .flatten()
            .collect(),
    })
}

/// Whether the segment moves the connection on. Boxes on the path repeat ACKs, probe and close in an endpoint's name, without options.
fn is_of_the_stream(e: &Emission<'_>) -> bool {
    let segment = e.segment();
    let acknowledges = e.sent.ack > e.own.ack_max && e.sent.ack.is_some();
    let at_end = e.sent.seq == e.own.snd_max && e.own.fin.is_none();
    match segment.text {
        0 => at_end && acknowledges,
        1 => e.sent.end() > e.own.snd_max,
        _ => true,
    }
}
