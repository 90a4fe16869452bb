//! `data-in-syn-sent`: sends a segment of an open connection before any SYN of the peer can have arrived. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Sends a segment of an open connection before any SYN of the peer can have arrived.
pub static RULE: Rule = Rule {
    code: "TCP105",
    name: "data-in-syn-sent",
    summary: "sends a segment of an open connection before any SYN of the peer can have arrived",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Opening,
    cites: &[Cite::rfc(9293, "3.10.2"), Cite::rfc(9293, "3.10.7.3")],
    requirements: &["U-08"],
    also_known_as: &["data_before_established"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("data_in_syn_sent.md"),
};

/// In SYN-SENT the peer's number is unknown: an acknowledgment can only be invented. An invented one is far from the number
/// of every SYN of the peer, and comes without an echo of its timestamp.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(own) = e
        .own
        .syn
        .as_ref()
        .filter(|syn| syn.bare > 0 && syn.with_ack == 0)
    else {
        return Ok(());
    };
    let unanswered = !e.peer.iss_known() || e.is_invented();
    if !unanswered || !e.context.opener || e.segment().text == 0 {
        return Ok(());
    }
    Err(Breach {
        message: format!(
            "sends {} octets and acknowledges {} although the peer had sent no SYN",
            e.segment().text,
            e.segment().ack
        ),
        expected: "nothing but the SYN until a SYN arrives".into(),
        seen: format!("{} octets at {}", e.segment().text, e.sent.seq),
        need: Need::PeerSyn(e.segment().ack.advance(u32::MAX)),
        proof: Proof::Strong,
        witnesses: vec![own.frame],
    })
}
