//! `ecn-not-requested`: answers with ECN although the SYN did not set it up. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Rule, Trigger, Variable};
use crate::tcp::Flags;

/// Answers with ECN although the SYN did not set it up.
pub static RULE: Rule = Rule {
    code: "TCP635",
    name: "ecn-not-requested",
    summary: "answers with ECN although the SYN did not set it up",
    variable: Variable::Offer,
    cites: &[Cite::rfc(3168, "6.1.1")],
    requirements: &["EC-2"],
    also_known_as: &["tcptrace: upper flag bits"],
    check: Check::Emission {
        when: Trigger::SYN_ACK,
        guard: check,
    },
    page: include_str!("ecn_not_requested.md"),
    ..Rule::FAULT
};

/// ECE alone in the SYN-ACK answers ECE and CWR in the SYN.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let flags = e.segment().flags;
    if !flags.has(Flags::ECE) || flags.any(Flags::CWR.with(Flags::AE)) {
        return Ok(());
    }
    let asked = e.peer.syn.as_ref().is_some_and(|syn| syn.offers.ecn);
    e.not_asked(
        asked,
        "answers with ECN; no SYN of the peer set it up",
        "ECE in the SYN-ACK",
    )
}
