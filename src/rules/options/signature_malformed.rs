//! `signature-malformed`: sends an authentication option of a length that it cannot have. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger, Variable};
use crate::tcp::Oddities;

/// Sends an authentication option of a length that it cannot have.
pub static RULE: Rule = Rule {
    code: "TCP623",
    name: "signature-malformed",
    summary: "sends an authentication option of a length that it cannot have",
    variable: Variable::Syntax,
    cites: &[Cite::rfc(2385, "3.0"), Cite::rfc(5925, "2.2")],
    requirements: &["AO-2"],
    also_known_as: &["tcp_option_ao_invalid_len", "tcp.option.len.invalid"],
    check: Check::Emission {
        when: Trigger::ODD,
        guard: check,
    },
    page: include_str!("signature_malformed.md"),
    ..Rule::FAULT
};

/// MD5 has sixteen octets of digest; TCP-AO has two key numbers before its code.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().options.odd.has(Oddities::SIGNATURE) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "sends an authentication option of a length that it cannot have",
        "18 octets for MD5, 4 or more for TCP-AO",
        "another length",
    )
}
