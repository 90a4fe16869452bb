//! `syn-reset`: opens and resets in one segment. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};

/// Opens and resets in one segment.
pub static RULE: Rule = Rule {
    code: "TCP643",
    name: "syn-reset",
    summary: "opens and resets in one segment",
    level: Level::Anomaly,
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.10.7"), Cite::rfc(9293, "3.5.2")],
    requirements: &["U-27"],
    also_known_as: &["decode:116:421", "TCP_christmas", "history: q"],
    check: Check::Emission {
        when: Trigger::RST,
        guard: check,
    },
    page: include_str!("syn_reset.md"),
    ..Rule::FAULT
};

/// RST has no SYN beside it.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().syn() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        "sends SYN and RST in one segment",
        "SYN without RST",
        e.segment().flags.to_string(),
    )
}
