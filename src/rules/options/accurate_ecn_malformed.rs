//! `accurate-ecn-malformed`: sends an accurate ECN option of a length that it cannot have. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};
use crate::tcp::Oddities;

/// Sends an accurate ECN option of a length that it cannot have.
pub static RULE: Rule = Rule {
    code: "TCP622",
    name: "accurate-ecn-malformed",
    summary: "sends an accurate ECN option of a length that it cannot have",
    level: Level::Anomaly,
    variable: Variable::Syntax,
    cites: &[Cite::rfc(9768, "3.2.3")],
    requirements: &["EC-8"],
    also_known_as: &["tcp.option.len.invalid"],
    check: Check::Emission {
        when: Trigger::ODD,
        guard: check,
    },
    page: include_str!("accurate_ecn_malformed.md"),
    ..Rule::FAULT
};

/// Counters come whole.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().options.odd.has(Oddities::ACCURATE_ECN) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "sends an accurate ECN option of a length that it cannot have",
        "2, 5, 8 or 11 octets",
        "another length",
    )
}
