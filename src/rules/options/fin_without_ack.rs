//! `fin-without-ack`: sends a FIN without ACK outside of an open connection. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};
use crate::tcp::Flags;

/// Sends a FIN without ACK outside of an open connection.
pub static RULE: Rule = Rule {
    code: "TCP647",
    name: "fin-without-ack",
    summary: "sends a FIN without ACK outside of an open connection",
    level: Level::Anomaly,
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.10.4")],
    requirements: &["U-27"],
    also_known_as: &[
        "decode:116:423",
        "stream.fin_but_no_session",
        "inappropriate_FIN",
    ],
    check: Check::Emission {
        when: Trigger::NO_ACK,
        guard: check,
    },
    page: include_str!("fin_without_ack.md"),
    ..Rule::FAULT
};

/// Who closes has something to acknowledge.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let lit = e.segment().flags.has(Flags::PSH.with(Flags::URG));
    if !e.segment().fin() || lit || e.is_open() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        "sends a FIN without ACK outside of an open connection",
        "the ACK bit",
        e.segment().flags.to_string(),
    )
}
