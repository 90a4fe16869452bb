//! `ack-regression`: takes an acknowledgment back. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Proof, Rule, Status, Trigger, Variable,
};

/// Takes an acknowledgment back.
pub static RULE: Rule = Rule {
    code: "TCP202",
    name: "ack-regression",
    summary: "takes an acknowledgment back",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Ack,
    cites: &[Cite::rfc(9293, "3.10.7.4"), Cite::rfc(9293, "3.8")],
    requirements: &["U-07"],
    also_known_as: &["TCP_ack_underflow_or_misorder"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("ack_regression.md"),
};

/// RCV.NXT never decreases, so of two segments whose order of emission is proven the later one cannot acknowledge less.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(ack) = e.sent.ack.filter(|_| !e.segment().syn()) else {
        return Ok(());
    };
    let higher = e.own.acks.iter().filter(|earlier| earlier.ack > ack);
    let Some((earlier, order)) = higher
        .filter_map(|earlier| Some((earlier, e.follows(earlier)?)))
        .min_by_key(|(_, order)| order.rank())
    else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "acknowledges {ack} after it had acknowledged {} in frame {}{}",
            earlier.ack,
            earlier.frame,
            order.because(),
        ),
        expected: format!("ack ≥ {}", earlier.ack),
        seen: format!("ack {ack}"),
        need: order.need,
        proof: if e.joins_peer(ack) {
            order.proof
        } else {
            Proof::Weak
        },
        witnesses: [earlier.frame].into_iter().chain(order.by).collect(),
    })
}
