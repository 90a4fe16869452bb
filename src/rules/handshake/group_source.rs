//! `group-source`: sends from a multicast, broadcast or unspecified address. The page beside this file is its documentation and its test.
use super::group::is_group;
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger};

/// Sends from a multicast, broadcast or unspecified address.
pub static RULE: Rule = Rule {
    code: "TCP113",
    name: "group-source",
    summary: "sends from a multicast, broadcast or unspecified address",
    cites: &[Cite::rfc(9293, "3.9.2.3"), Cite::rfc(1122, "3.2.1.3")],
    requirements: &["MUST-57"],
    check: Check::Emission {
        when: Trigger::ALL.but_ordinary(),
        guard: check,
    },
    page: include_str!("group_source.md"),
    ..Rule::FAULT
};

/// A source is one host.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some((own, _)) = e.context.between else {
        return Ok(());
    };
    if !is_group(own.ip()) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Weak,
        format!("sends from {}", own.ip()),
        "the address of one host",
        own.ip().to_string(),
    )
}
