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

/// No answer has both bits.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().flags.has(Flags::ECE.with(Flags::CWR)) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "repeats the ECN bits of the SYN in its answer",
        "ECE alone, or neither",
        "ECE and CWR",
    )
}
