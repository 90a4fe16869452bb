//! `sack-below-ack`: reports a block at or below its own ACK, not as the first, or an inverted one. The page beside this file is its documentation and its test.

use crate::flow::Emitted;
use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Reading;

/// Reports a block at or below its own ACK, not as the first, or an inverted one.
pub static RULE: Rule = Rule {
    code: "TCP610",
    name: "sack-below-ack",
    summary: "reports a block at or below its own ACK, not as the first, or an inverted one",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Sack,
    cites: &[Cite::rfc(2018, "3"), Cite::rfc(2883, "4")],
    requirements: &["SK-5"],
    also_known_as: &["tcp.options.sack.dsack"],
    check: Check::Emission {
        when: Trigger::SACK,
        guard: check,
    },
    page: include_str!("sack_below_ack.md"),
};

/// Further away than this a block was numbered by somebody else.
const NEAR: i32 = 1 << 20;

/// Only the first block may name a duplicate; the others lie above the ACK, and left comes before right.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    let wrong = segment.options.sack.iter().enumerate().find(|(at, block)| {
        let (left, right) = **block;
        let length = right.distance_from(left);
        let beyond = right.distance_from(segment.ack);
        let inverted = (-NEAR..0).contains(&length);
        let below = *at > 0 && length > 0 && (-NEAR..=0).contains(&beyond);
        inverted || below
    });
    let (Some((at, &(left, right))), Some(proof)) = (wrong, e.worth(Proof::Strong)) else {
        return Ok(());
    };
    if segment.syn() || segment.options.reading == Reading::Malformed || !e.is_joined() {
        return Ok(());
    }
    let inverted = right.distance_from(left) < 0;
    // Linux acknowledges a FIN that waited behind a hole before it clears the list of what waited with it: old news, and no lie.
    let takes_fin = e.peer.fin_end().is_some_and(|end| {
        let took_before = |sent: &Emitted| sent.ack >= end.across() && e.left_after(sent).is_some();
        e.sent.ack >= Some(end.across()) && !e.own.acks.iter().any(took_before)
    });
    if (takes_fin || !e.peer.is_seen()) && !inverted {
        return Ok(());
    }
    let below = segment.ack.distance_from(right);
    Err(Breach {
        message: if inverted {
            format!("reports the SACK block {left}..{right}, whose end comes before its start")
        } else {
            format!(
                "reports SACK block {} that ends {below} octets below its own ACK; only the first may name a duplicate",
                at + 1
            )
        },
        expected: if inverted {
            "left edge < right edge".into()
        } else {
            "right edge > ack".into()
        },
        seen: format!("block {left}..{right} with ack {}", segment.ack),
        need: Need::Nothing,
        proof,
        witnesses: Vec::new(),
    })
}
