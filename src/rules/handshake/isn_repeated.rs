//! `isn-repeated`: opens a new connection with the initial number of the old one. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger};
use crate::tcp::Seq;

/// Opens a new connection with the initial number of the old one.
pub static RULE: Rule = Rule {
    code: "TCP108",
    name: "isn-repeated",
    summary: "opens a new connection with the initial number of the old one",
    cites: &[Cite::rfc(9293, "3.4.1")],
    requirements: &["MUST-8"],
    also_known_as: &["tcp.analysis.reused_ports", "SYN_after_close"],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("isn_repeated.md"),
    ..Rule::FAULT
};

/// A retransmission of the SYN is older than everything that followed it.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    let repeats = e.own.iss_known() && e.sent.seq == Seq::SYN && !segment.has_ack();
    let confirmed = e.peer.ack_max.is_some_and(|ack| ack.across() >= Seq::FIRST);
    let moved_on = confirmed && e.own.ack_max.is_some() && e.own.kept.sequence_bearing > 1;
    // Only a timestamp of its own after the handshake dates the SYN: without agreement the SYNs alone carry them.
    let later = e.own.acks.iter().any(|sent| e.surely_after(sent.tsval));
    if !repeats || !moved_on || !later || !e.surely_after(e.own.clock.newest()) {
        return Ok(());
    }
    let Some(proof) = e.worth(Proof::Strong) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "opens a new connection with the initial number {} of the old one",
            segment.seq
        ),
        expected: "another number".into(),
        seen: format!("SYN {}", segment.seq),
        need: Need::Nothing,
        proof,
        witnesses: e.own.syn.iter().map(|syn| syn.frame).collect(),
    })
}
