//! `header-padding-not-zero`: fills the header behind the end of its options with something other than zeros. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger, Variable};
use crate::tcp::Oddities;

/// Fills the header behind the end of its options with something other than zeros.
pub static RULE: Rule = Rule {
    code: "TCP616",
    name: "header-padding-not-zero",
    summary: "fills the header behind the end of its options with something other than zeros",
    variable: Variable::Syntax,
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &["MUST-69"],
    also_known_as: &["tcp.options.non_zero_bytes_after_eol"],
    check: Check::Emission {
        when: Trigger::ODD,
        guard: check,
    },
    page: include_str!("header_padding_not_zero.md"),
    ..Rule::FAULT
};

/// Behind the end of the list there are zeros only.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().options.odd.has(Oddities::PADDING) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "fills the header behind the end of its options with something other than zeros",
        "zeros",
        "another octet",
    )
}
