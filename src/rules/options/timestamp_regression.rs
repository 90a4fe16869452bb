//! `timestamp-regression`: sets its timestamp clock back. The page beside this file is its documentation and its test.

use crate::flow::newer;
use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Sets its timestamp clock back.
pub static RULE: Rule = Rule {
    code: "TCP607",
    name: "timestamp-regression",
    summary: "sets its timestamp clock back",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Timestamps,
    cites: &[Cite::rfc(7323, "5.4"), Cite::rfc(7323, "4.1")],
    requirements: &["TS-4"],
    also_known_as: &["stream.pkt_invalid_timestamp"],
    check: Check::Emission {
        when: Trigger::TEXT,
        guard: check,
    },
    page: include_str!("timestamp_regression.md"),
};

/// Octets never sent before left after the empty segment that stood right before them, whatever the record's order says.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (Some(ts), Some(ack)) = (e.segment().options.timestamps, e.sent.ack) else {
        return Ok(());
    };
    let seq = e.sent.seq;
    let fresh = seq >= e.own.snd_max
        && !e.own.octets.touches(seq, e.sent.end())
        && e.peer.ack_max.is_some_and(|max| max.across() <= seq);
    let before = e.own.acks.iter().find(|sent| {
        sent.pure
            && sent.seq == seq
            && sent.ack <= ack
            && sent.tsval.is_some_and(|val| newer(val, ts.val))
    });
    let (Some(before), Some(proof)) = (before, e.worth(Proof::Strong)) else {
        return Ok(());
    };
    let earlier = before.tsval.unwrap_or(ts.val);
    if !fresh || e.segment().syn() || !e.is_joined() || e.peer.shrunk {
        return Ok(());
    }
    Err(Breach {
        message: format!(
            "sends new octets with the timestamp {}, {} ticks before that of an earlier segment",
            ts.val,
            earlier.wrapping_sub(ts.val)
        ),
        expected: format!("TSval ≥ {earlier}"),
        seen: format!("TSval {}", ts.val),
        need: Need::Nothing,
        proof,
        witnesses: vec![before.frame],
    })
}
