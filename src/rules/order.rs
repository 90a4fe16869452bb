//! The order in which an endpoint sent two segments, where it can be proven: the path to the tap may have changed it.

use super::emission::{Emission, Need};
use super::rule::Proof;
use crate::flow::{Emitted, newer};
use crate::time::Span;

/// What proves that a segment left after another.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// How much it proves.
    pub proof: Proof,
    /// What would make another order possible.
    pub need: Need,
    /// A frame that it rests on besides the two.
    pub by: Option<u64>,
}

impl Order {
    /// What the two segments show by themselves.
    pub const fn of_itself(proof: Proof) -> Self {
        Self {
            proof,
            need: Need::Nothing,
            by: None,
        }
    }

    /// The end of a sentence about the two: what else shows their order.
    pub fn because(&self) -> String {
        self.by.map_or_else(String::new, |frame| {
            format!(
                "; that it left later shows in what it tells of frame {frame} or what came after it"
            )
        })
    }

    /// The less it asks of the record, the lower.
    pub const fn rank(&self) -> u8 {
        match self.need {
            Need::Nothing => 0,
            Need::EarlierCopy(_) => 1,
            _ => 2,
        }
    }
}

impl Emission<'_> {
    /// Whether the segment's TSval is strictly newer than `tsval`, which proves that it was emitted later (RFC 7323 section 4).
    pub fn surely_after(&self, tsval: Option<u32>) -> bool {
        self.segment()
            .options
            .timestamps
            .zip(tsval)
            .is_some_and(|(ts, earlier)| newer(ts.val, earlier))
    }

    /// What proves that the segment left after `earlier`: a strictly newer TSval; or new octets, from where `earlier` had nothing more to
    /// send.
    pub fn left_after(&self, earlier: &Emitted) -> Option<Proof> {
        if self.surely_after(earlier.tsval) {
            return Some(Proof::Certain);
        }
        let stamps = self.segment().options.timestamps.zip(earlier.tsval);
        let fits = stamps.is_none_or(|(ts, tsval)| ts.val == tsval);
        let beyond = earlier.at_end && earlier.seq <= self.sent.seq;
        let fresh =
            self.segment().text > 0 && !self.own.octets.touches(self.sent.seq, self.sent.end());
        let follows = beyond || earlier.pure && earlier.seq == self.sent.seq;
        (fresh && follows && fits && !self.peer.shrunk).then_some(Proof::Strong)
    }

    /// What proves that the segment left after `earlier`, at most: the two themselves, what the segment tells of the peer, the record.
    pub fn follows(&self, earlier: &Emitted) -> Option<Order> {
        let echo = || {
            let (frame, apart) = self.tells_what_came_after(earlier)?;
            Some(Order {
                proof: Proof::Strong,
                need: Need::EarlierCopy(apart),
                by: Some(frame),
            })
        };
        let record = || {
            self.was_recorded_after(earlier).then_some(Order {
                proof: Proof::Strong,
                need: Need::Overtaking,
                by: None,
            })
        };
        let itself = self.left_after(earlier).map(Order::of_itself);
        itself.or_else(echo).or_else(record)
    }

    /// Whether the record proves that the segment left after `earlier`, if only the tap is at its sender: longer apart than records are ever
    /// swapped; and no octets after an empty segment, which need not wait where the host paces what it sends.
    fn was_recorded_after(&self, earlier: &Emitted) -> bool {
        const SWAP: Span = Span::from_millis(100);
        let apart = self.context.time.zip(earlier.time);
        let paced = self.segment().text > 0 && earlier.pure;
        self.context.at_tap && !paced && apart.is_some_and(|(now, then)| now.since(then) > SWAP)
    }

    /// What proves, wherever the tap is, that the segment left after `earlier`: it tells of octets or a TSval of the peer that were first
    /// recorded after `earlier`, by the frame and by how long (RFC 2018 section 3, RFC 7323 section 4.3).
    fn tells_what_came_after(&self, earlier: &Emitted) -> Option<(u64, Span)> {
        let options = &self.segment().options;
        let (ack, anchor) = self.sent.ack.zip(self.peer.anchor)?;
        let seen = self.peer.seen_end().across();
        let edges = options.sack.iter().map(|&(left, right)| {
            let at = |number| anchor.unwrap(number, ack);
            (at(left), at(right))
        });
        let right = edges
            .filter(|(left, right)| ack < *left && left < right && *right <= seen)
            .map(|(_, right)| right)
            .max();
        let echo = options.timestamps.map(|ts| ts.ecr);
        let echo = echo.filter(|&ecr| ecr != 0 && self.peer.clock.may_hold(ecr));
        let mark = self.peer.news.first_of(right, echo)?;
        let apart = mark.time.since(earlier.time?);
        (mark.frame > earlier.frame && apart > Span::ZERO).then_some((mark.frame, apart))
    }
}
