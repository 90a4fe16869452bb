//! Short memories of what an endpoint emitted: acknowledgments in order, timestamp values, IP marks.
//!
//! All are bounded; what fell out of one is answered in favour of the endpoint.

use super::incarnation::Observation;
use crate::tcp::{Foreign, Local, Sent, Seq};
use crate::time::Timestamp;
use std::collections::VecDeque;

/// One emission that an order proof can lean on.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct Emitted {
    /// Its frame.
    pub frame: u64,
    /// Its record time.
    pub time: Option<Timestamp>,
    /// Its SEQ.
    pub seq: Seq<Local>,
    /// Its ACK.
    pub ack: Seq<Foreign>,
    /// Whether it carried nothing but the ACK.
    pub pure: bool,
    /// Whether it also stands where everything recorded of its sender ends: no keep-alive, no probe.
    pub at_end: bool,
    /// Its TSval.
    pub tsval: Option<u32>,
}

impl Emitted {
    /// A segment with that ACK, after which everything recorded of its sender ends at `end`.
    pub fn of(
        sent: &Sent<'_>,
        ack: Seq<Foreign>,
        seen: &Observation,
        end: Option<Seq<Local>>,
    ) -> Self {
        let pure = sent.segment.text == 0 && !sent.segment.syn() && !sent.segment.fin();
        Self {
            frame: seen.frame,
            time: seen.time,
            seq: sent.seq,
            ack,
            pure,
            at_end: pure && end.is_some_and(|end| sent.seq >= end),
            tsval: sent.segment.options.timestamps.map(|ts| ts.val),
        }
    }
}

/// The emissions that advanced the acknowledgment, newest last.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct AckTrail(VecDeque<Emitted>);

impl AckTrail {
    const KEPT: usize = 16;

    /// Remembers an emission whose ACK is the highest so far, or a pure ACK that repeats the highest at a new SEQ.
    pub fn push(&mut self, emitted: Emitted) {
        let known = self.0.back().is_some_and(|last| {
            last.ack == emitted.ack && last.seq == emitted.seq && (last.pure || !emitted.pure)
        });
        if known {
            return;
        }
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back(emitted);
    }

    /// Forgets all but the newest two.
    pub fn shrink(&mut self) {
        self.0.drain(..self.0.len().saturating_sub(2));
        self.0.shrink_to_fit();
    }

    /// Renumbers the SEQs and the ACKs.
    pub(super) fn shift(&mut self, seq: i64, ack: i64) {
        for emitted in &mut self.0 {
            (emitted.seq, emitted.ack) = (emitted.seq + seq, emitted.ack + ack);
        }
    }

    /// The remembered emissions, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Emitted> {
        self.0.iter()
    }
}

/// A segment whose window moved the right edge on.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct Offer {
    /// What an order proof can lean on.
    pub emitted: Emitted,
    /// The edge: ACK and window.
    pub edge: Seq<Foreign>,
}

/// The last segments that moved the right edge on, oldest first.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct OfferTrail(VecDeque<Offer>);

impl OfferTrail {
    const KEPT: usize = 8;

    /// Remembers an offer beyond all earlier ones.
    pub fn push(&mut self, offer: Offer) {
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back(offer);
    }

    /// Forgets all but the last.
    pub fn shrink(&mut self) {
        self.0.drain(..self.0.len().saturating_sub(1));
        self.0.shrink_to_fit();
    }

    /// The edge of the last.
    pub fn furthest(&self) -> Option<Seq<Foreign>> {
        self.0.back().map(|offer| offer.edge)
    }

    /// The remembered offers.
    pub fn iter(&self) -> impl Iterator<Item = &Offer> {
        self.0.iter()
    }
}

/// TSvals recorded from an endpoint. Newer means newer in serial arithmetic (RFC 7323 section 4.2).
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct ClockTrail {
    seen: VecDeque<u32>,
    newest: Option<u32>,
    newest_time: Option<Timestamp>,
    forgot: bool,
}

impl ClockTrail {
    const KEPT: usize = 1024;

    /// Remembers a TSval.
    pub fn push(&mut self, tsval: u32, time: Option<Timestamp>) {
        let newest = self.newest.is_none_or(|newest| newer(tsval, newest));
        if newest {
            self.newest = Some(tsval);
            self.newest_time = time;
        } else if self.seen.iter().rev().take(32).any(|&seen| seen == tsval) {
            return;
        }
        if self.seen.len() == Self::KEPT {
            self.seen.pop_front();
            self.forgot = true;
        }
        self.seen.push_back(tsval);
    }

    /// Whether `tsval` was recorded, or may have been and was forgotten.
    pub fn may_hold(&self, tsval: u32) -> bool {
        self.seen.iter().rev().any(|&seen| seen == tsval)
            || self.forgot
                && self
                    .seen
                    .front()
                    .is_some_and(|&oldest| newer(oldest, tsval))
    }

    /// Forgets all but the newest.
    pub fn shrink(&mut self) {
        self.forgot |= self.seen.len() > 1;
        self.seen.clear();
        self.seen.extend(self.newest);
        self.seen.shrink_to_fit();
    }

    /// The newest TSval.
    pub const fn newest(&self) -> Option<u32> {
        self.newest
    }

    /// When the newest TSval was first recorded.
    pub const fn newest_time(&self) -> Option<Timestamp> {
        self.newest_time
    }
}

/// Whether timestamp `a` is strictly newer than `b`.
pub const fn newer(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() > 0
}

/// TTLs of the segments that an endpoint's stream or handshake carried, with how often each was seen.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct TtlTrail(Vec<(u8, u32)>);

impl TtlTrail {
    /// Counts a segment in.
    pub fn trust(&mut self, ttl: u8) {
        match self.0.iter_mut().find(|(known, _)| *known == ttl) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.0.push((ttl, 1)),
        }
    }

    /// The TTL of most segments.
    pub fn usual(&self) -> Option<u8> {
        self.0
            .iter()
            .max_by_key(|(_, count)| *count)
            .map(|(ttl, _)| *ttl)
    }

    /// Whether segments were counted, and none of them had this TTL.
    pub fn is_strange(&self, ttl: u8) -> bool {
        !self.0.is_empty() && self.count(ttl) == 0
    }

    /// Whether few segments had this TTL, among many more of another.
    pub fn is_lonely(&self, ttl: u8) -> bool {
        let few = self.count(ttl).max(1);
        let many = |&(other, count): &(u8, u32)| other != ttl && count > few.saturating_mul(3);
        self.0.iter().any(many)
            || self.count(ttl) <= 1
                && self
                    .0
                    .iter()
                    .any(|&(other, count)| other != ttl && count > 1)
    }

    fn count(&self, ttl: u8) -> u32 {
        self.0
            .iter()
            .find(|(known, _)| *known == ttl)
            .map_or(0, |(_, count)| *count)
    }
}

/// How an endpoint's checksums fared, to tell offload (all wrong) from corruption (some wrong).
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct ChecksumTally {
    /// Verified segments.
    pub good: u64,
    /// Wrong ones.
    pub bad: u64,
    /// Unfinished ones (the field holds the pseudo-header sum).
    pub offloaded: u64,
}
