//! `signatures-mixed`: sends both authentication options in one segment. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger, Variable};
use crate::tcp::Oddities;

/// Sends both authentication options in one segment.
pub static RULE: Rule = Rule {
    code: "TCP624",
    name: "signatures-mixed",
    summary: "sends both authentication options in one segment",
    variable: Variable::Syntax,
    cites: &[Cite::rfc(5925, "2.2")],
    requirements: &["AO-3"],
    check: Check::Emission {
        when: Trigger::ODD,
        guard: check,
    },
    page: include_str!("signatures_mixed.md"),
    ..Rule::FAULT
};

/// One option of authentication.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().options.odd.has(Oddities::BOTH_SIGNATURES) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "sends two authentication options in one segment",
        "one",
        "two",
    )
}
