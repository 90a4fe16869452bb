//! `fast-open-not-requested`: gives a Fast Open cookie to a client that did not ask. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Rule, Trigger, Variable};

/// Gives a Fast Open cookie to a client that did not ask.
pub static RULE: Rule = Rule {
    code: "TCP620",
    name: "fast-open-not-requested",
    summary: "gives a Fast Open cookie to a client that did not ask",
    level: Level::Anomaly,
    variable: Variable::Offer,
    cites: &[Cite::rfc(7413, "4.2.2")],
    requirements: &["TF-7"],
    check: Check::Emission {
        when: Trigger::SYN_ACK,
        guard: check,
    },
    page: include_str!("fast_open_not_requested.md"),
    ..Rule::FAULT
};

/// A cookie answers a request.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if e.segment().options.fast_open.is_none() {
        return Ok(());
    }
    let asked = e.peer.syn.as_ref().is_some_and(|syn| syn.offers.fast_open);
    e.not_asked(
        asked,
        "gives a Fast Open cookie; no SYN of the peer asked for one",
        "Fast Open cookie",
    )
}
