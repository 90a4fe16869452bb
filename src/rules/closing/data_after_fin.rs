//! `data-after-fin`: sends new octets after its FIN. The page beside this file is its documentation and its test.

use crate::flow::FinRecord;
use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Sends new octets after its FIN.
pub static RULE: Rule = Rule {
    code: "TCP401",
    name: "data-after-fin",
    summary: "sends new octets after its FIN",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Seq,
    cites: &[Cite::rfc(9293, "3.10.4"), Cite::rfc(9293, "3.6")],
    requirements: &["U-14"],
    also_known_as: &["data sent on stream after FIN (129:3)"],
    check: Check::Emission {
        when: Trigger::TEXT.but_ordinary(),
        guard: check,
    },
    page: include_str!("data_after_fin.md"),
};

/// No octet of the sender lies at or beyond its FIN. A keep-alive may repeat the FIN's place with one octet.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(fin) = e
        .own
        .fin
        .filter(|_| !e.segment().fin() && !e.segment().syn())
    else {
        return Ok(());
    };
    let keepalive = e.segment().text == 1 && e.sent.seq == fin.at && e.snd_una().may_ge(fin.at + 1);
    if e.sent.text_end() <= fin.at || keepalive {
        return Ok(());
    }
    let end = e.sent.text_end();
    Err(Breach {
        message: format!(
            "sends octets up to {end} although its FIN stands at {}",
            fin.at
        ),
        expected: format!("end ≤ {}", fin.at),
        seen: format!("end {end}"),
        need: Need::Nothing,
        proof: proof(e, fin),
        witnesses: vec![fin.frame],
    })
}

/// Certain where the octets join the FIN. Where SEQ and ACK leave everything known together, another incarnation speaks.
fn proof(e: &Emission<'_>, fin: FinRecord) -> Proof {
    let known_ack = e
        .sent
        .ack
        .is_none_or(|ack| ack.across() <= e.peer.seen_end());
    match (e.sent.seq <= fin.at + 1, e.joins(e.sent.seq) && known_ack) {
        (true, true) if fin.verified => Proof::Certain,
        (_, true) => Proof::Strong,
        _ => Proof::Weak,
    }
}
