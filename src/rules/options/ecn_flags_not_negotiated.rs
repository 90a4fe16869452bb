//! `ecn-flags-not-negotiated`: uses ECE or CWR without having set up ECN. The page beside this file is its documentation and its test.
use crate::flow::Endpoint;
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger};
use crate::tcp::Flags;

/// Uses ECE or CWR without having set up ECN.
pub static RULE: Rule = Rule {
    code: "TCP639",
    name: "ecn-flags-not-negotiated",
    summary: "uses ECE or CWR without having set up ECN",
    level: Level::Anomaly,
    cites: &[Cite::rfc(3168, "6.1.1"), Cite::rfc(9293, "3.1")],
    requirements: &["EC-6"],
    also_known_as: &["tcptrace: upper flag bits"],
    check: Check::Emission {
        when: Trigger::MARKED,
        guard: check,
    },
    page: include_str!("ecn_flags_not_negotiated.md"),
    ..Rule::FAULT
};

/// The bits belong to ECN.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let flags = e.segment().flags;
    let plain = |end: &Endpoint| {
        let syn = end.syn.as_ref();
        syn.is_some_and(|syn| !syn.offers.ecn && !syn.offers.unread)
    };
    let used = flags.any(Flags::ECE.with(Flags::CWR).with(Flags::AE));
    // A SYN asks for it, and a copy that asks may come after one that does not any more.
    let asks = e.segment().syn();
    if !used || asks || !plain(e.own) || !plain(e.peer) || !e.is_joined() || e.own.reset.is_some() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Weak,
        "uses ECN's control bits; neither SYN set it up",
        "ECE, CWR and AE clear",
        flags.to_string(),
    )
}
