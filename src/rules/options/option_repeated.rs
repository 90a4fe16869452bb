//! `option-repeated`: sends one option twice in one segment. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};
use crate::tcp::Oddities;

/// Sends one option twice in one segment.
pub static RULE: Rule = Rule {
    code: "TCP617",
    name: "option-repeated",
    summary: "sends one option twice in one segment",
    level: Level::Anomaly,
    variable: Variable::Syntax,
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &["MUST-68"],
    also_known_as: &["tcp.opt_duplicate"],
    check: Check::Emission {
        when: Trigger::ODD,
        guard: check,
    },
    page: include_str!("option_repeated.md"),
    ..Rule::FAULT
};

/// Each of these options says one thing.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().options.odd.has(Oddities::REPEATED) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "sends one option twice in one segment",
        "each option once",
        "an option twice",
    )
}
