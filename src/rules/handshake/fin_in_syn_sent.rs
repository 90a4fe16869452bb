//! `fin-in-syn-sent`: sends a FIN before any SYN of the peer can have arrived. The page beside this file is its documentation and its test.
use crate::flow::SynRecord;
use crate::rules::{Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger, Variable};

/// Sends a FIN before any SYN of the peer can have arrived.
pub static RULE: Rule = Rule {
    code: "TCP110",
    name: "fin-in-syn-sent",
    summary: "sends a FIN before any SYN of the peer can have arrived",
    variable: Variable::Opening,
    cites: &[Cite::rfc(9293, "3.10.4"), Cite::rfc(9293, "3.10.7.3")],
    requirements: &["U-08"],
    also_known_as: &["inappropriate_FIN", "stream.fin_but_no_session"],
    check: Check::Emission {
        when: Trigger::FIN,
        guard: check,
    },
    page: include_str!("fin_in_syn_sent.md"),
    ..Rule::FAULT
};

/// In SYN-SENT there is nothing to close.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let waiting = |syn: &&SynRecord| syn.bare > 0 && syn.with_ack == 0;
    let Some(own) = e.own.syn.as_ref().filter(waiting) else {
        return Ok(());
    };
    let segment = e.segment();
    let heard = e.peer.iss_known() || segment.syn() || segment.text > 0;
    if heard || !segment.has_ack() || !e.context.opener {
        return Ok(());
    }
    Err(Breach {
        message: "sends a FIN although the peer had sent no SYN".into(),
        expected: "nothing but the SYN until a SYN arrives".into(),
        seen: segment.flags.to_string(),
        need: Need::PeerSyn(segment.ack.advance(u32::MAX)),
        proof: Proof::Strong,
        witnesses: vec![own.frame],
    })
}
