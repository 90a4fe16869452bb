//! `sack-not-permitted`: sends SACK blocks to a peer that did not permit them. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Reading;

/// Sends SACK blocks to a peer that did not permit them.
pub static RULE: Rule = Rule {
    code: "TCP608",
    name: "sack-not-permitted",
    summary: "sends SACK blocks to a peer that did not permit them",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Sack,
    cites: &[Cite::rfc(2018, "4"), Cite::rfc(2018, "2")],
    requirements: &["SK-2"],
    also_known_as: &[],
    check: Check::Emission {
        when: Trigger::SACK,
        guard: check,
    },
    page: include_str!("sack_not_permitted.md"),
};

/// SACK goes only to a peer whose SYN carried SACK-permitted.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let options = &e.segment().options;
    let Some(syn) = e.peer.syn.as_ref() else {
        return Ok(());
    };
    if e.segment().syn() || syn.offers.sack_permitted {
        return Ok(());
    }
    let readable = !syn.offers.unread && options.reading != Reading::Malformed;
    let Some(proof) = e.worth(Proof::Strong).filter(|_| readable && e.is_joined()) else {
        return Ok(());
    };
    Err(Breach {
        message: "sends SACK blocks; the peer's SYN did not permit them".into(),
        expected: "no SACK".into(),
        seen: format!("{} SACK blocks", options.sack.len()),
        need: Need::PeerOffer,
        proof,
        witnesses: vec![syn.frame],
    })
}
