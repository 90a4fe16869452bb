//! `ack-flag-missing`: sends a segment without the ACK bit in an open connection. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Sends a segment without the ACK bit in an open connection.
pub static RULE: Rule = Rule {
    code: "TCP204",
    name: "ack-flag-missing",
    summary: "sends a segment without the ACK bit in an open connection",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(9293, "3.1"), Cite::rfc(9293, "3.10.7.4")],
    requirements: &["U-02"],
    also_known_as: &["TCP_christmas", "tcp.flags == 0", "decode:129:11"],
    check: Check::Emission {
        when: Trigger::NO_ACK,
        guard: check,
    },
    page: include_str!("ack_flag_missing.md"),
};

/// Once a connection is established the ACK bit is always set (section 3.1). The numbers must join the sender's own stream.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    let open = e.is_open();
    let joined = e.sent.seq <= e.own.snd_max
        && e.own
            .known
            .start()
            .is_some_and(|start| e.sent.seq >= start - 1);
    if segment.has_ack() || segment.syn() || segment.rst() || !open {
        return Ok(());
    }
    Err(Breach {
        message: format!(
            "sends {} octets with the control bits {} in an open connection",
            segment.text, segment.flags
        ),
        expected: "the ACK bit".into(),
        seen: format!("control bits {}", segment.flags),
        need: Need::Nothing,
        proof: if joined { Proof::Certain } else { Proof::Weak },
        witnesses: Vec::new(),
    })
}
