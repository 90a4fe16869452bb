//! `mptcp-not-offered`: answers with Multipath TCP although the SYN did not offer it. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Rule, Trigger, Variable};

/// Answers with Multipath TCP although the SYN did not offer it.
pub static RULE: Rule = Rule {
    code: "TCP626",
    name: "mptcp-not-offered",
    summary: "answers with Multipath TCP although the SYN did not offer it",
    variable: Variable::Offer,
    cites: &[Cite::rfc(8684, "3.1")],
    requirements: &["MP-1"],
    check: Check::Emission {
        when: Trigger::SYN_ACK,
        guard: check,
    },
    page: include_str!("mptcp_not_offered.md"),
    ..Rule::FAULT
};

/// The option in the SYN-ACK confirms the one in the SYN.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if e.segment().options.mptcp.is_none() {
        return Ok(());
    }
    let asked = e.peer.syn.as_ref().is_some_and(|syn| syn.offers.mptcp);
    e.not_asked(
        asked,
        "answers with Multipath TCP; no SYN of the peer offered it",
        "Multipath TCP",
    )
}
