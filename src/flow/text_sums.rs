//! The sums of what an endpoint sent, from place to place of its stream, so that two copies of the same octets can be compared however
//! they were cut. Sums, not octets: 16 bits for a segment, and equal sums do not prove equal octets, only unequal ones the contrary.
//!
//! One's-complement sums (RFC 1071) add up along the stream. So every segment ties two places together, and places that are tied have
//! a known sum between them: as in a levelled survey, a new tie between them fits or contradicts.

use crate::tcp::{Local, Sent, Seq};
use std::collections::VecDeque;

/// One's-complement arithmetic is arithmetic modulo this.
const MODULUS: u32 = 0xffff;

/// A border of a segment.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
struct Place {
    at: Seq<Local>,
    /// Places with the same number are tied.
    net: u32,
    /// Sum of the octets from a common origin of its net.
    height: u32,
    /// The segment that tied it.
    tie: Tie,
}

/// The segment that told a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Tie {
    /// Its frame.
    pub frame: u64,
    /// Its time to live.
    pub ttl: u8,
}

/// The first octets of a segment.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
struct Head {
    start: Seq<Local>,
    text: u32,
    sums: [u16; 8],
    tie: Tie,
}

/// The sums of one direction, by place, for as many borders as are kept.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct TextSums {
    places: VecDeque<Place>,
    nets: u32,
    /// Where a copy begins as the first did and is shorter or longer, no border ends both: the octets that they begin with tell.
    heads: VecDeque<Head>,
}

impl TextSums {
    /// How many borders are kept; the lowest give way. Some hundred segments, more than are in flight as a rule.
    const KEPT: usize = 256;

    /// How many segments' first octets are kept.
    const HEADS: usize = 64;

    /// A segment whose octets have another sum than those that were sent before at the same places: who sent those.
    pub fn contradicts(&self, sent: &Sent<'_>) -> Option<Tie> {
        self.contradicts_between(sent)
            .or_else(|| self.contradicts_at_start(sent))
    }

    fn contradicts_at_start(&self, sent: &Sent<'_>) -> Option<Tie> {
        let segment = sent.segment;
        let head = self
            .head(sent.text_start())
            .filter(|_| segment.text_sum.is_some())?;
        let shared = head.text.min(segment.text);
        let differs = (3_u32..)
            .map(|bits| 1_u32 << bits)
            .zip(head.sums.iter().zip(segment.text_heads))
            .take_while(|(length, _)| *length <= shared)
            .any(|(_, (before, now))| *before != now);
        differs.then_some(head.tie)
    }

    fn head(&self, start: Seq<Local>) -> Option<&Head> {
        self.heads.iter().rev().find(|head| head.start == start)
    }

    fn contradicts_between(&self, sent: &Sent<'_>) -> Option<Tie> {
        let (left, right) = (self.find(sent.text_start())?, self.find(sent.text_end())?);
        let sum = text_sum(sent)?;
        (left.net == right.net && (left.height + sum) % MODULUS != right.height)
            .then_some(right.tie)
    }

    /// Takes in the octets of a segment.
    pub fn add(&mut self, sent: &Sent<'_>, frame: u64) {
        let Some(sum) = text_sum(sent) else { return };
        let tie = Tie {
            frame,
            ttl: sent.segment.marks.ttl,
        };
        let (start, end) = (sent.text_start(), sent.text_end());
        let (text, sums) = (sent.segment.text, sent.segment.text_heads);
        let goes_on = self.places.back().is_none_or(|last| last.at <= start);
        if goes_on || self.head(start).is_none_or(|head| head.text < text) {
            self.heads.push_back(Head {
                start,
                text,
                sums,
                tie,
            });
        }
        if self.heads.len() > Self::HEADS {
            self.heads.pop_front();
        }
        match (self.find(start), self.find(end)) {
            (Some(left), Some(right)) => self.join(left, right, sum),
            (Some(left), None) => self.put(end, left.net, (left.height + sum) % MODULUS, tie),
            (None, Some(right)) => {
                let height = (right.height + MODULUS - sum) % MODULUS;
                self.put(start, right.net, height, tie);
            }
            (None, None) => {
                self.nets = self.nets.wrapping_add(1);
                self.put(start, self.nets, 0, tie);
                self.put(end, self.nets, sum, tie);
            }
        }
        while self.places.len() > Self::KEPT {
            self.places.pop_front();
        }
    }

    /// Forgets everything: what comes next may be another stream.
    pub fn clear(&mut self) {
        self.places.clear();
        self.heads.clear();
    }

    fn find(&self, at: Seq<Local>) -> Option<Place> {
        // Most segments continue the stream.
        let last = self.places.back().filter(|last| last.at <= at);
        if let Some(last) = last {
            return (last.at == at).then_some(*last);
        }
        let index = self
            .places
            .binary_search_by_key(&at, |place| place.at)
            .ok()?;
        self.places.get(index).copied()
    }

    fn put(&mut self, at: Seq<Local>, net: u32, height: u32, tie: Tie) {
        let index = self.places.partition_point(|place| place.at < at);
        let place = Place {
            at,
            net,
            height,
            tie,
        };
        self.places.insert(index, place);
    }

    /// Two nets become one where a segment ties them.
    fn join(&mut self, left: Place, right: Place, sum: u32) {
        if left.net == right.net {
            return;
        }
        let lift = (left.height + sum + MODULUS - right.height) % MODULUS;
        for place in self
            .places
            .iter_mut()
            .filter(|place| place.net == right.net)
        {
            place.net = left.net;
            place.height = (place.height + lift) % MODULUS;
        }
    }
}

/// The sum of the octets as the stream counts: its odd places are the low halves of its words, wherever a segment begins.
fn text_sum(sent: &Sent<'_>) -> Option<u32> {
    let sum = u32::from(sent.segment.text_sum?);
    let odd = sent.text_start().get() % 2 != 0;
    let placed = if odd { sum << 8 } else { sum };
    Some(placed % MODULUS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tcp::Segment;

    /// Octets `from..to` of a stream whose octet at each place is that function of it.
    fn segment(from: u8, to: u8, octet: fn(u8) -> u8) -> (Segment, Seq<Local>) {
        let mut sum = 0_u32;
        for (nth, at) in (from..to).enumerate() {
            sum += u32::from(octet(at)) << if nth % 2 == 0 { 8 } else { 0 };
        }
        let mut text_heads = [0; 8];
        let mut part = 0_u32;
        for (nth, at) in (from..to).enumerate() {
            part += u32::from(octet(at)) << if nth % 2 == 0 { 8 } else { 0 };
            for (bits, head) in text_heads.iter_mut().enumerate() {
                if nth + 1 == 8 << bits {
                    *head = u16::try_from(part % MODULUS).unwrap();
                }
            }
        }
        let segment = Segment {
            text: u32::from(to - from),
            text_sum: u16::try_from(sum % MODULUS).ok(),
            text_heads,
            ..Segment::default()
        };
        (segment, Seq::FIRST + i64::from(from))
    }

    fn sent(parts: &(Segment, Seq<Local>)) -> Sent<'_> {
        Sent {
            segment: &parts.0,
            seq: parts.1,
            ack: None,
        }
    }

    fn octet(at: u8) -> u8 {
        at.wrapping_mul(37).wrapping_add(11)
    }

    fn after(sent_before: &[(u8, u8)]) -> TextSums {
        let mut sums = TextSums::default();
        for (frame, &(from, to)) in (1..).zip(sent_before) {
            sums.add(&sent(&segment(from, to, octet)), frame);
        }
        sums
    }

    #[test]
    fn the_same_octets_fit_however_they_are_cut() {
        let sums = after(&[(0, 7), (7, 20), (20, 31), (31, 60)]);
        for (from, to) in [(0, 7), (7, 31), (0, 60), (20, 60)] {
            assert_eq!(
                sums.contradicts(&sent(&segment(from, to, octet))),
                None,
                "{from}..{to}"
            );
        }
    }

    #[test]
    fn other_octets_contradict_wherever_the_sum_is_known() {
        let other: fn(u8) -> u8 = |at| octet(at) ^ u8::from(at == 12);
        let sums = after(&[(0, 7), (20, 31), (7, 20)]);
        for (from, to) in [(7, 20), (0, 31), (7, 31)] {
            let tie = sums.contradicts(&sent(&segment(from, to, other)));
            assert!(tie.is_some(), "{from}..{to}");
        }
        assert_eq!(sums.contradicts(&sent(&segment(8, 20, other))), None);
        // What one segment covered can be taken apart when the pieces come one by one.
        let mut sums = after(&[(0, 31)]);
        sums.add(&sent(&segment(0, 9, octet)), 2);
        sums.add(&sent(&segment(9, 16, octet)), 3);
        assert!(sums.contradicts(&sent(&segment(16, 31, |at| at))).is_some());
    }

    #[test]
    fn a_shorter_or_longer_copy_is_compared_in_its_first_octets() {
        let other: fn(u8) -> u8 = |at| octet(at) ^ u8::from(at == 12);
        let sums = after(&[(0, 60)]);
        assert!(sums.contradicts(&sent(&segment(0, 17, other))).is_some());
        assert!(sums.contradicts(&sent(&segment(0, 99, other))).is_some());
        assert!(sums.contradicts(&sent(&segment(0, 15, other))).is_none());
        assert!(sums.contradicts(&sent(&segment(0, 99, octet))).is_none());
    }

    #[test]
    fn memory_has_an_end() {
        let mut sums = TextSums::default();
        for step in 0..4_096_i64 {
            let (segment, start) = segment(0, 10, octet);
            let sent = Sent {
                segment: &segment,
                seq: start + step * 20,
                ack: None,
            };
            sums.add(&sent, 1);
        }
        assert!(sums.places.len() <= TextSums::KEPT);
        sums.clear();
        assert!(sums.contradicts(&sent(&segment(0, 10, |_| 0))).is_none());
    }
}
