//! `sack-on-syn`: reports SACK blocks in a SYN without ACK. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};

/// Reports SACK blocks in a SYN without ACK.
pub static RULE: Rule = Rule {
    code: "TCP634",
    name: "sack-on-syn",
    summary: "reports SACK blocks in a SYN without ACK",
    level: Level::Anomaly,
    variable: Variable::Sack,
    cites: &[Cite::rfc(2018, "3")],
    requirements: &["SK-8"],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("sack_on_syn.md"),
    ..Rule::FAULT
};

/// In SYN-SENT nothing was received.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    // A SYN bit inside a running stream is a fault of its own.
    let inside = e.context.reuse.is_some();
    if inside || e.segment().has_ack() || e.segment().options.sack.is_empty() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        "reports SACK blocks in a SYN without ACK",
        "no blocks",
        "blocks",
    )
}
