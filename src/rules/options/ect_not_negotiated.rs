//! `ect-not-negotiated`: marks its data as capable of ECN without having agreed on it. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger};

/// Marks its data as capable of ECN without having agreed on it.
pub static RULE: Rule = Rule {
    code: "TCP638",
    name: "ect-not-negotiated",
    summary: "marks its data as capable of ECN without having agreed on it",
    cites: &[Cite::rfc(3168, "6.1.1")],
    requirements: &["EC-3"],
    check: Check::Emission {
        when: Trigger::MARKED,
        guard: check,
    },
    page: include_str!("ect_not_negotiated.md"),
    ..Rule::FAULT
};

/// ECT belongs to connections whose SYN set up ECN.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let ect = matches!(e.segment().marks.ecn, 1 | 2);
    let Some(syn) = e.own.syn.as_ref().filter(|_| ect && !e.segment().syn()) else {
        return Ok(());
    };
    // After an own RST a listener may have made a connection from a cookie, whose handshake was another.
    let another = e.own.reset.is_some();
    if another || syn.offers.ecn || syn.offers.unread || !e.is_joined() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Weak,
        "marks its data as capable of ECN; its SYN did not set it up",
        "Not-ECT",
        format!("ECN bits {:02b}", e.segment().marks.ecn),
    )
}
