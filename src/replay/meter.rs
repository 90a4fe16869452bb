//! Measures of a connection as the tap sees it: round trips to either endpoint, and octets that the tap saw late. They accuse
//! nobody and no rule reads them.

use super::Replay;
use crate::finding::{Measures, RoundTrips};
use crate::flow::{Observation, Pair, Side};
use crate::tcp::{Foreign, Local, Sent, Seq};
use crate::time::Timestamp;
use std::collections::VecDeque;

/// First transmissions that wait for their acknowledgment, at most.
const WAITING: usize = 1_024;

/// The measures of one incarnation, by side.
pub(super) type Meters = Vec<Pair<Meter>>;

/// What is measured of the octets that one endpoint sends.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Meter {
    /// One past the highest number recorded.
    next: Option<Seq<Local>>,
    waiting: VecDeque<(Seq<Local>, Timestamp)>,
    round_trips: Option<RoundTrips>,
    late: u64,
}

impl Meter {
    fn sent(&mut self, sent: &Sent<'_>, time: Option<Timestamp>, fresh: bool) {
        let (start, end) = (sent.seq, sent.end());
        if end == start {
            return;
        }
        let next = *self.next.get_or_insert(start);
        if start < next {
            // An acknowledgment of octets that were sent twice does not tell which copy it is for (Karn).
            self.waiting.retain(|(waits, _)| *waits <= start);
            self.late += u64::from(fresh && end <= next);
        } else if let Some(time) = time
            && self.waiting.len() < WAITING
        {
            self.waiting.push_back((end, time));
        }
        self.next = Some(next.max(end));
    }

    fn acknowledged(&mut self, ack: Seq<Foreign>, time: Option<Timestamp>) {
        let mut newest = None;
        while let Some((end, _)) = self.waiting.front()
            && *end <= ack.across()
        {
            newest = self.waiting.pop_front();
        }
        let (Some((_, sent)), Some(time)) = (newest, time) else {
            return;
        };
        let trip = time.since(sent);
        let all = self.round_trips.get_or_insert(RoundTrips::new(trip));
        all.add(trip);
    }
}

impl Replay {
    /// Measures from here on.
    pub fn measure(&mut self) {
        self.meters.get_or_insert_default();
    }

    /// Takes a segment of an incarnation; `fresh` if it brought octets that were not recorded before.
    pub(super) fn meter(&mut self, seen: &Observation, at: usize, sent: &Sent<'_>, fresh: bool) {
        let Some(meters) = &mut self.meters else {
            return;
        };
        meters.resize_with(meters.len().max(at + 1), Pair::default);
        let Some(pair) = meters.get_mut(at) else {
            return;
        };
        if seen.segment.rst() {
            return;
        }
        pair.get_mut(seen.side).sent(sent, seen.time, fresh);
        if let Some(ack) = sent.ack {
            pair.get_mut(seen.side.other()).acknowledged(ack, seen.time);
        }
    }

    /// What was measured of an incarnation, the octets of `first` first.
    pub(super) fn measured(&self, at: usize, first: Side) -> Option<Box<[Measures; 2]>> {
        let pair = self.meters.as_ref()?.get(at)?;
        let measures = [first, first.other()].map(|side| {
            let meter = pair.get(side);
            Measures {
                round_trips: meter.round_trips,
                late: meter.late,
            }
        });
        Some(Box::new(measures))
    }
}
