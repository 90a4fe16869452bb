//! `segment-after-reset`: goes on sending after its own RST. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Goes on sending after its own RST.
pub static RULE: Rule = Rule {
    code: "TCP503",
    name: "segment-after-reset",
    summary: "goes on sending after its own RST",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Reset,
    cites: &[Cite::rfc(9293, "3.10.7.4"), Cite::rfc(9293, "3.10.5")],
    requirements: &["U-19", "U-20"],
    also_known_as: &["data_after_reset", "129:8"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("segment_after_reset.md"),
};

/// A RST from a synchronised state deletes the TCB. What is proven to have left after it comes from a connection that does not exist.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(reset) = e.own.reset.filter(|reset| reset.ends) else {
        return Ok(());
    };
    let segment = e.segment();
    let settled = e.context.since_reset.is_none_or(|nanos| nanos > QUEUED);
    let beyond = segment.text > 0
        && e.sent.seq >= reset.seq
        && !e.own.octets.touches(e.sent.seq, e.sent.end());
    let fresh = beyond && reset.own_number;
    let stamped = reset.tsval.is_some();
    let acks_later = e
        .sent
        .ack
        .zip(reset.peer_max)
        .is_some_and(|(ack, seen)| ack > seen);
    // In the same tick the SEQ tells: only a TCB stamps its RST, and gives it SND.NXT, if no window that was taken back holds it below.
    let same_tick = segment.options.timestamps.map(|ts| ts.val) == reset.tsval;
    let later = e.surely_after(reset.tsval)
        || !stamped && (fresh || acks_later)
        || stamped && same_tick && beyond && !e.peer.shrunk;
    if segment.rst() || segment.syn() || !settled || !later {
        return Ok(());
    }
    let unstamped_on_stamped = !stamped && e.own.clock.newest().is_some();
    Err(Breach {
        message: format!(
            "sends {} octets at {} after its RST in frame {}",
            segment.text, e.sent.seq, reset.frame
        ),
        expected: "nothing after the RST".into(),
        seen: format!("{} octets at {}", segment.text, e.sent.seq),
        need: Need::Nothing,
        proof: if unstamped_on_stamped {
            Proof::Weak
        } else {
            Proof::Strong
        },
        witnesses: vec![reset.frame],
    })
}

/// Segments that were queued when the RST left may follow it for a few milliseconds.
const QUEUED: i64 = 20_000_000;
