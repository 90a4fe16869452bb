//! `no-control-bits`: sends a segment without SYN, ACK, FIN or RST. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};

/// Sends a segment without SYN, ACK, FIN or RST.
pub static RULE: Rule = Rule {
    code: "TCP646",
    name: "no-control-bits",
    summary: "sends a segment without SYN, ACK, FIN or RST",
    level: Level::Anomaly,
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.10.7.4")],
    requirements: &["U-27"],
    also_known_as: &["decode:116:423", "129:11", "tcp.flags == 0"],
    check: Check::Emission {
        when: Trigger::NO_ACK,
        guard: check,
    },
    page: include_str!("no_control_bits.md"),
    ..Rule::FAULT
};

/// Something must be set.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if e.segment().fin() || e.is_open() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        "sends a segment without SYN, ACK, FIN or RST",
        "at least one of them",
        e.segment().flags.to_string(),
    )
}
