//! `syn-to-group`: opens a connection to a multicast or broadcast address. The page beside this file is its documentation and its test.
use super::group::is_group;
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger};

/// Opens a connection to a multicast or broadcast address.
pub static RULE: Rule = Rule {
    code: "TCP111",
    name: "syn-to-group",
    summary: "opens a connection to a multicast or broadcast address",
    cites: &[Cite::rfc(9293, "3.9.1.1")],
    requirements: &["MUST-46"],
    also_known_as: &["decode:116:403"],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("syn_to_group.md"),
    ..Rule::FAULT
};

/// One end is one host.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some((_, peer)) = e.context.between else {
        return Ok(());
    };
    if e.segment().has_ack() || !is_group(peer.ip()) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        format!("opens a connection to {}", peer.ip()),
        "the address of one host",
        peer.ip().to_string(),
    )
}
