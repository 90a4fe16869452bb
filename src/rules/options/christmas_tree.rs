//! `christmas-tree`: sets FIN, PSH and URG without ACK. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};
use crate::tcp::Flags;

/// Sets FIN, PSH and URG without ACK.
pub static RULE: Rule = Rule {
    code: "TCP645",
    name: "christmas-tree",
    summary: "sets FIN, PSH and URG without ACK",
    level: Level::Anomaly,
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.10.7.4")],
    requirements: &["U-27"],
    also_known_as: &["decode:116:400", "decode:116:401", "TCP_christmas"],
    check: Check::Emission {
        when: Trigger::NO_ACK,
        guard: check,
    },
    page: include_str!("christmas_tree.md"),
    ..Rule::FAULT
};

/// Lit up, and no ACK.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let lit = Flags::FIN.with(Flags::PSH).with(Flags::URG);
    if !e.segment().flags.has(lit) || e.is_open() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        "sets FIN, PSH and URG without ACK",
        "the ACK bit",
        e.segment().flags.to_string(),
    )
}
