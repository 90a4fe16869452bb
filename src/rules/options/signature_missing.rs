//! `signature-missing`: leaves out the authentication that both SYNs carried. The page beside this file is its documentation and its test.
use crate::flow::Endpoint;
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger};

/// Leaves out the authentication that both SYNs carried.
pub static RULE: Rule = Rule {
    code: "TCP625",
    name: "signature-missing",
    summary: "leaves out the authentication that both SYNs carried",
    cites: &[Cite::rfc(2385, "2.0"), Cite::rfc(5925, "7.3")],
    requirements: &["AO-1"],
    check: Check::Emission {
        when: Trigger::NO_SYN.but_ordinary(),
        guard: check,
    },
    page: include_str!("signature_missing.md"),
    ..Rule::FAULT
};

/// What both SYNs began with stays.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let always = |end: &Endpoint| {
        end.syn.as_ref().is_some_and(|syn| {
            let offers = syn.offers;
            offers.signed && !offers.unsigned && !offers.unread
        })
    };
    let signed = e.segment().options.authenticated || !e.shows_all_options();
    if signed || !always(e.own) || !always(e.peer) || !e.is_joined() || e.own.reset.is_some() {
        return Ok(());
    }
    let best = if e.segment().text > 0 {
        Proof::Strong
    } else {
        Proof::Weak
    };
    e.wrong_field(
        best,
        "sends a segment without the authentication that both SYNs carried",
        "an authentication option",
        "none",
    )
}
