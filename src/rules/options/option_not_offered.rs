//! `option-not-offered`: answers a SYN with an option that the SYN did not offer. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Reading;

/// Answers a SYN with an option that the SYN did not offer.
pub static RULE: Rule = Rule {
    code: "TCP602",
    name: "option-not-offered",
    summary: "answers a SYN with an option that the SYN did not offer",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Offer,
    cites: &[Cite::rfc(7323, "2.2"), Cite::rfc(7323, "3.2")],
    requirements: &["WS-2", "TS-1"],
    also_known_as: &[],
    check: Check::Emission {
        when: Trigger::SYN_ACK,
        guard: check,
    },
    page: include_str!("option_not_offered.md"),
};

/// Window scale and timestamps may be in the SYN-ACK only if they were in the SYN. SACK-permitted may come unasked.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let options = &e.segment().options;
    let Some(syn) = e.peer.syn.as_ref() else {
        return Ok(());
    };
    // Who sent a bare SYN before offers what it likes; the SYN-ACK of a simultaneous open repeats it.
    let crossed = e.own.syn.as_ref().is_some_and(|own| own.bare > 0) || syn.with_ack > 0;
    let unasked = [
        (
            options.window_scale.is_some() && !syn.offers.window_scale,
            "window scale",
        ),
        (
            options.timestamps.is_some() && !syn.offers.timestamps,
            "timestamps",
        ),
    ];
    let Some((_, option)) = unasked.into_iter().find(|(there, _)| *there) else {
        return Ok(());
    };
    let known = !syn.offers.unread && options.reading != Reading::Malformed;
    let Some(proof) = e
        .worth(Proof::Strong)
        .filter(|_| known && !crossed && !e.context.stray)
    else {
        return Ok(());
    };
    Err(Breach {
        message: format!("answers with the option {option}; the SYN did not offer it"),
        expected: format!("no {option}"),
        seen: format!("{option} in the SYN-ACK"),
        need: Need::PeerOffer,
        proof,
        witnesses: vec![syn.frame],
    })
}
