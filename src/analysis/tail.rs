//! The end of a record: whether it stops while connections are still at work.

use super::hands::Routed;
use crate::finding::{FlowRecord, Release};
use crate::flow::{FourTuple, Side};
use crate::tcp::State;
use crate::time::{Span, Timestamp};
use std::collections::VecDeque;

/// Segments at the end that are looked at.
pub(super) const KEPT: usize = 64;
/// A connection is at work when its last so many are from both sides and recent; one side alone repeats itself.
const LAST: usize = 6;
const RECENT: Span = Span::from_millis(1_000);

#[derive(Debug)]
struct Entry {
    tuple: FourTuple,
    side: Side,
    rst: bool,
    time: Option<Timestamp>,
}

/// The last segments of a capture.
#[derive(Debug, Default)]
pub(super) struct Tail(VecDeque<Entry>);

impl Tail {
    /// Takes a further segment; only the last ones are kept.
    pub(super) fn note(&mut self, routed: &Routed) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Entry {
            tuple: routed.tuple,
            side: routed.seen.side,
            rst: routed.seen.segment.rst(),
            time: routed.seen.time,
        });
    }

    /// Whether a connection was at work when the record ended, and `last` (its last incarnation) had not begun to close.
    pub(super) fn cuts(&self, tuple: &FourTuple, last: &FlowRecord) -> bool {
        let end = self.0.back().and_then(|entry| entry.time);
        let recent = |entry: &Entry| {
            end.zip(entry.time)
                .is_none_or(|(end, time)| end.since(time) <= RECENT)
        };
        let own = || self.0.iter().filter(|entry| entry.tuple == *tuple);
        let final_ones: Vec<Side> = own()
            .rev()
            .take(LAST)
            .filter(|entry| recent(entry))
            .map(|entry| entry.side)
            .collect();
        final_ones.len() == LAST
            && Side::BOTH.iter().all(|side| final_ones.contains(side))
            && !own().any(|entry| entry.rst)
            && last.release == Release::Open
            && last
                .states
                .iter()
                .all(|states| states.contains(State::Established))
    }
}
