//! `fast-open-outside-syn`: sends the Fast Open option in a segment without SYN. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};

/// Sends the Fast Open option in a segment without SYN.
pub static RULE: Rule = Rule {
    code: "TCP619",
    name: "fast-open-outside-syn",
    summary: "sends the Fast Open option in a segment without SYN",
    level: Level::Anomaly,
    variable: Variable::Syntax,
    cites: &[Cite::rfc(7413, "4.1.1")],
    requirements: &["TF-1"],
    check: Check::Emission {
        when: Trigger::SYN_OPTION,
        guard: check,
    },
    page: include_str!("fast_open_outside_syn.md"),
    ..Rule::FAULT
};

/// The option is for SYN segments.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if e.segment().options.fast_open.is_none() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "sends the Fast Open option in a segment without SYN",
        "only in a SYN",
        "Fast Open without SYN",
    )
}
