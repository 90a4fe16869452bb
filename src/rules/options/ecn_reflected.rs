//! `ecn-reflected`: repeats the ECN bits of the SYN in its answer. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};
use crate::tcp::Flags;

/// Repeats the ECN bits of the SYN in its answer.
pub static RULE: Rule = Rule {
    code: "TCP637",
    name: "ecn-reflected",
    summary: "repeats the ECN bits of the SYN in its answer",
    level: Level::Should,
    variable: Variable::Offer,
    cites: &[Cite::rfc(3168, "6.1.1"), Cite::rfc(3168, "6.1.1.2")],
    requirements: &["EC-1"],
    check: Check::Emission {
        when: Trigger::SYN_ACK,
        guard: check,
    },
    page: include_str!("ecn_reflected.md"),
    ..Rule::FAULT
};

/// Who sets up ECN answers with ECE alone. CWR and ECE without AE also are a code of accurate ECN, for who asked for that.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let flags = e.segment().flags;
    let Some(syn) = e.peer.syn.as_ref().filter(|syn| !syn.offers.unread) else {
        return Ok(());
    };
    let both = flags.has(Flags::ECE.with(Flags::CWR));
    if !both || syn.offers.accurate_ecn && !flags.has(Flags::AE) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        "repeats the ECN bits of the SYN in its answer",
        "ECE alone, or neither",
        flags.to_string(),
    )
}
