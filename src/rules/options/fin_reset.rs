//! `fin-reset`: closes and resets in one segment. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};

/// Closes and resets in one segment.
pub static RULE: Rule = Rule {
    code: "TCP644",
    name: "fin-reset",
    summary: "closes and resets in one segment",
    level: Level::Anomaly,
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.5.2")],
    requirements: &["U-27"],
    also_known_as: &["history: i"],
    check: Check::Emission {
        when: Trigger::RST,
        guard: check,
    },
    page: include_str!("fin_reset.md"),
    ..Rule::FAULT
};

/// RST has no FIN beside it.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().fin() || e.segment().syn() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Weak,
        "sends FIN and RST in one segment",
        "RST without FIN",
        e.segment().flags.to_string(),
    )
}
