//! `accurate-ecn-not-requested`: answers with accurate ECN although the SYN did not ask for it. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Rule, Trigger, Variable};
use crate::tcp::Flags;

/// Answers with accurate ECN although the SYN did not ask for it.
pub static RULE: Rule = Rule {
    code: "TCP636",
    name: "accurate-ecn-not-requested",
    summary: "answers with accurate ECN although the SYN did not ask for it",
    level: Level::Should,
    variable: Variable::Offer,
    cites: &[Cite::rfc(9768, "3.1.2")],
    requirements: &["EC-9"],
    check: Check::Emission {
        when: Trigger::SYN_ACK,
        guard: check,
    },
    page: include_str!("accurate_ecn_not_requested.md"),
    ..Rule::FAULT
};

/// AE or CWR in a SYN-ACK answer a SYN that asked for accurate ECN.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let flags = e.segment().flags;
    let all = Flags::ECE.with(Flags::CWR).with(Flags::AE);
    let reflects = flags.has(Flags::ECE.with(Flags::CWR));
    if !flags.any(Flags::CWR.with(Flags::AE)) || reflects || flags.without(all) == flags {
        return Ok(());
    }
    let asked = e
        .peer
        .syn
        .as_ref()
        .is_some_and(|syn| syn.offers.accurate_ecn);
    e.not_asked(
        asked,
        "answers with accurate ECN; no SYN of the peer asked for it",
        "a code of accurate ECN",
    )
}
