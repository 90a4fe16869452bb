//! A segment with octets as the clockwork remembers it, and how long its sender waited before it sent them again.

use super::clockwork::Tick;
use crate::flow::newer;
use crate::tcp::{Local, Seq};
use crate::time::{Span, Timestamp};

/// A segment with octets.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub(super) struct Sending {
    pub(super) seq: Seq<Local>,
    pub(super) end: Seq<Local>,
    pub(super) time: Timestamp,
    pub(super) frame: u64,
    tsval: Option<u32>,
    ip_id: Option<u16>,
    /// The peer acknowledged less after it: a loss may be known.
    pub(super) hinted: bool,
}

impl Sending {
    pub(super) fn of(tick: &Tick<'_>, time: Timestamp) -> Self {
        let segment = tick.sent.segment;
        Self {
            seq: tick.sent.seq,
            end: tick.sent.end(),
            time,
            frame: tick.seen.frame,
            tsval: segment.options.timestamps.map(|ts| ts.val),
            ip_id: segment.marks.ip_id.filter(|id| *id != 0),
            hinted: false,
        }
    }

    /// Whether it may be a copy that the network made.
    pub(super) fn is_copy_of(&self, before: &Self) -> bool {
        self.tsval == before.tsval
            && self.ip_id == before.ip_id
            && (self.tsval.is_some() || self.ip_id.is_some())
    }

    /// Whether its sender surely emitted it after `before`.
    pub(super) fn is_surely_new(&self, before: &Self) -> bool {
        match (self.tsval, before.tsval) {
            (Some(now), Some(then)) => newer(now, then),
            _ => self.ip_id.is_some() && before.ip_id.is_some() && self.ip_id != before.ip_id,
        }
    }
}

/// How long after `before` the segment was emitted at most, by its sender's timestamps, whose rate shows since its SYN.
pub(super) fn emission_gap(tick: &Tick<'_>, before: &Sending) -> Option<i64> {
    /// So many ticks tell the rate.
    const TICKS: i64 = 50;
    let now = tick.sent.segment.options.timestamps?.val;
    let syn = tick.own.syn.as_ref()?;
    let since = |then: u32| i64::from(now.wrapping_sub(then).cast_signed());
    let ticks = since(syn.options.timestamps?.val);
    let elapsed = tick.seen.time?.since(syn.time?).nanos();
    let apart = since(before.tsval?);
    if ticks < TICKS || elapsed <= 0 || apart < 0 {
        return None;
    }
    // One tick may have begun just before, and ended just after.
    (apart + 1).checked_mul(elapsed.checked_div(ticks)?)
}

/// Linux repeats up to six times without backing off where it is told to (thin streams).
pub(super) const GAPS: usize = 8;

/// Takes in a gap; the second and the last of [`GAPS`] that did not grow, when there are so many.
pub(super) fn flat(gaps: &mut Vec<i64>, gap: i64) -> Option<(Span, Span)> {
    /// Where an implementation stops to grow; RFC 6298 wants no less than 60 s, some stop at far less.
    const PLATEAU: Span = Span::from_secs(10);
    /// Linux tries again every half second, give or take its timer, while its own queue or device refuses the segment: the tap sees
    /// what never left.
    const PROBE: (Span, Span) = (Span::from_millis(490), Span::from_millis(550));
    /// Less is no timeout.
    const SHORTEST: Span = Span::from_millis(20);
    if gaps.len() > GAPS {
        return None;
    }
    gaps.push(gap);
    let (first, last) = (*gaps.get(1)?, *gaps.last()?);
    let flat = gaps.iter().all(|gap| *gap >= SHORTEST.nanos())
        && last.saturating_mul(2) < first.saturating_mul(3)
        && last < PLATEAU.nanos()
        && !(PROBE.0.nanos()..=PROBE.1.nanos()).contains(&last);
    (gaps.len() == GAPS && flat).then_some((Span::from_nanos(first), Span::from_nanos(last)))
}
