//! `mss-too-large`: offers a maximum segment size that no IP packet can hold. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger, Variable};

/// Offers a maximum segment size that no IP packet can hold.
pub static RULE: Rule = Rule {
    code: "TCP627",
    name: "mss-too-large",
    summary: "offers a maximum segment size that no IP packet can hold",
    variable: Variable::Offer,
    cites: &[Cite::rfc(9293, "3.7.1")],
    requirements: &["MUST-67"],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("mss_too_large.md"),
    ..Rule::FAULT
};

/// 65535 octets less the fixed headers.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(mss) = e.segment().options.mss else {
        return Ok(());
    };
    let (most, jumbo) = match e.segment().marks.ip_id {
        Some(_) => (65_495, false),
        None => (65_515, mss == u16::MAX),
    };
    if mss <= most || jumbo {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        format!("offers a maximum segment size of {mss}, more than an IP packet can hold"),
        format!("mss ≤ {most}"),
        format!("mss {mss}"),
    )
}
