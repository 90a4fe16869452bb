//! `timestamp-regression`: sets its timestamp clock back. The page beside this file is its documentation and its test.

use crate::flow::newer;
use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::{Seq, TimestampOption};

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
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("timestamp_regression.md"),
};

/// The segment left after an earlier one, whatever the record's order says, and its timestamp is older.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(ts) = e.segment().options.timestamps else {
        return Ok(());
    };
    let is_older = e
        .own
        .clock
        .newest()
        .is_some_and(|newest| newer(newest, ts.val));
    if !is_older || e.segment().syn() || !e.is_joined() {
        return Ok(());
    }
    let Some((best, later, before)) = after_empty(e, ts)
        .or_else(|| after_lower_ack(e, ts))
        .or_else(|| after_older_echo(e, ts))
    else {
        return Ok(());
    };
    let Some(proof) = e.worth(best) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "{later} with the timestamp {}, {} ticks before that of an earlier segment",
            ts.val,
            before.0.wrapping_sub(ts.val)
        ),
        expected: format!("TSval ≥ {}", before.0),
        seen: format!("TSval {}", ts.val),
        need: Need::Nothing,
        proof,
        witnesses: vec![before.1],
    })
}

/// How much it proves, what the segment does, and TSval and frame of one that left before it.
type Order = (Proof, &'static str, (u32, u64));

/// Octets never sent before left after the empty segment that stood right before them.
fn after_empty(e: &Emission<'_>, ts: TimestampOption) -> Option<Order> {
    let (seq, ack) = (e.sent.seq, e.sent.ack?);
    let fresh = seq >= e.own.snd_max
        && !e.own.octets.touches(seq, e.sent.end())
        && e.peer.ack_max.is_some_and(|max| max.across() <= seq);
    let before = e.own.acks.iter().find(|sent| {
        sent.pure
            && sent.seq == seq
            && sent.ack <= ack
            && sent.tsval.is_some_and(|val| newer(val, ts.val))
    })?;
    let text = e.segment().text > 0;
    let told = text && fresh && !e.peer.shrunk;
    told.then_some((
        Proof::Strong,
        "sends new octets",
        (before.tsval?, before.frame),
    ))
}

/// RCV.NXT never goes back: a higher ACK left later.
fn after_lower_ack(e: &Emission<'_>, ts: TimestampOption) -> Option<Order> {
    let ack = e.sent.ack?;
    let sound = ack.across() <= e.peer.seen_end();
    let before = e.own.acks.iter().find(|sent| {
        sent.seq > Seq::SYN && sent.ack < ack && sent.tsval.is_some_and(|val| newer(val, ts.val))
    })?;
    sound.then_some((
        Proof::Strong,
        "acknowledges more",
        (before.tsval?, before.frame),
    ))
}

/// TS.Recent never goes back (RFC 7323 section 4.3): a newer echo left later. Some small stacks echo whatever came last, so that two
/// segments that passed each other look the same, and more than the path can have held one back is asked for.
fn after_older_echo(e: &Emission<'_>, ts: TimestampOption) -> Option<Order> {
    const HELD: i64 = 2;
    let echo = e.own.signs.echo?;
    let later = newer(ts.ecr, echo.ecr.wrapping_add(1)) && newer(echo.val, ts.val);
    let seen = e.peer.clock.may_hold(ts.ecr) && e.peer.clock.may_hold(echo.ecr);
    let back = i64::from(echo.val.wrapping_sub(ts.val));
    let far = e
        .own
        .fastest_clock()
        .is_some_and(|rate| back > rate.saturating_mul(HELD));
    let told = later && seen && far;
    told.then_some((
        Proof::Weak,
        "echoes a newer timestamp",
        (echo.val, echo.frame),
    ))
}
