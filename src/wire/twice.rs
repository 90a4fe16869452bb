//! Segments that the capture holds twice: a mirror port on ingress and egress, all devices at once, two taps in one
//! file. Not the duplicates of a network or a sender, which endpoints received and which stay.
//!
//! One pair of equal records proves nothing. Where nearly every segment comes in pairs, the recording is the reason, and
//! only then the second record of each pair is left out; likewise the others where they come in threes or fours. What
//! stays is the record that was nearer to the sender, so the file reads like one tap: everything in it was sent before it
//! was recorded, and received after. This is decided for some hundred segments at a time, first over all of them, then
//! for each pair of addresses and ports alone.

use super::Decoded;
use crate::time::{Span, Timestamp};
use foldhash::fast::RandomState;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::net::SocketAddr;

/// Segments that are decided together.
const BLOCK: usize = 512;
/// Segments that a copy may have between itself and the original.
const REACH: usize = 2048;
/// The longest that a copy may be behind: no path is longer, and no sender repeats itself this soon over and over.
const BEHIND: Span = Span::from_millis(1_000);
/// Copies further behind than this come from another place.
const ONE_PLACE: Span = Span::from_millis(1);
/// The least number of copies that shows a rule, and the least share, in percent, of segments that must have them: over
/// all segments, and within one connection.
const OVER_ALL: (u64, u64) = (5, 75);
const WITHIN_ONE: (u64, u64) = (8, 90);
/// Copies that every segment may have: of all devices of a container host, a segment passes four.
const MOST: u64 = 3;

/// A segment and its record.
#[derive(Clone, Debug)]
pub struct Seen {
    /// 1-based frame number.
    pub frame: u64,
    /// Record time.
    pub time: Option<Timestamp>,
    /// The segment.
    pub decoded: Decoded,
}

/// What was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// Second records of segments, from the place of the first.
    pub duplicates: u64,
    /// Second records from another place of the path.
    pub elsewhere: u64,
}

/// A connection whichever sent, as one key.
type Pair = (u64, SocketAddr, SocketAddr);

/// How many segments may have a copy, and have one.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    single: u64,
    copies: u64,
}

impl Tally {
    /// Whether nearly every segment has so many copies.
    fn shows(self, (fewest, share): (u64, u64), each: u64) -> bool {
        let wanted = self.single.saturating_mul(share).saturating_mul(each);
        self.copies >= fewest && self.copies.saturating_mul(100) >= wanted
    }
}

/// A record that a copy may follow.
#[derive(Clone, Copy, Debug)]
struct Original {
    place: u64,
    time: Option<Timestamp>,
    /// Copies so far.
    copies: u64,
}

/// The hash of a print is the print: a digest already, and of a few thousand at most.
#[derive(Clone, Copy, Debug, Default)]
struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, octets: &[u8]) {
        for octet in octets {
            self.0 = self.0.rotate_left(8) ^ u64::from(*octet);
        }
    }

    fn write_u64(&mut self, print: u64) {
        self.0 = print;
    }
}

/// Records that lack a copy, by what is in them.
#[derive(Clone, Debug, Default)]
struct Open {
    /// Only looked up.
    originals: HashMap<u64, Original, BuildHasherDefault<Digested>>,
    order: VecDeque<(u64, u64)>,
}

impl Open {
    /// The original of a record, which then has a copy more, and is out with the last of `each`; without an original the
    /// record itself is one.
    fn pair(&mut self, seen: &Seen, place: u64, behind: Span, each: u64) -> Option<Option<Span>> {
        let print = seen.decoded.print;
        if let Some(original) = self.originals.get_mut(&print) {
            let delay = original.time.zip(seen.time).map(|(a, b)| b.since(a));
            let near = delay.is_none_or(|delay| delay >= Span::ZERO && delay <= behind);
            if near {
                original.copies = original.copies.saturating_add(1);
                if original.copies >= each {
                    self.originals.remove(&print);
                }
                return Some(delay);
            }
        }
        let original = Original {
            place,
            time: seen.time,
            copies: 0,
        };
        self.originals.insert(print, original);
        self.order.push_back((place, print));
        if self.order.len() > REACH {
            self.forget_oldest();
        }
        None
    }

    fn forget_oldest(&mut self) {
        if let Some((place, print)) = self.order.pop_front()
            && let Entry::Occupied(original) = self.originals.entry(print)
            && original.get().place == place
        {
            original.remove();
        }
    }

    /// Takes a whole block in if what was seen of it before can show nothing, the ordinary case; else changes nothing.
    fn take_unlike(&mut self, block: &[Seen], before: u64) -> bool {
        let mut again: Vec<usize> = Vec::new();
        for (at, (seen, place)) in block.iter().zip(before..).enumerate() {
            match self.originals.entry(seen.decoded.print) {
                Entry::Vacant(entry) => {
                    entry.insert(Original {
                        place,
                        time: seen.time,
                        copies: 0,
                    });
                }
                Entry::Occupied(_) => again.push(at),
            }
        }
        if !shows_nothing(block, &again) {
            self.take_back(block, before);
            return false;
        }
        let mut again = again.iter().peekable();
        for (at, (seen, place)) in block.iter().zip(before..).enumerate() {
            if again.next_if(|next| **next == at).is_some() {
                self.pair(seen, place, BEHIND, 1);
            } else {
                self.order.push_back((place, seen.decoded.print));
            }
        }
        while self.order.len() > REACH {
            self.forget_oldest();
        }
        true
    }

    /// Forgets the originals that are records of this block.
    fn take_back(&mut self, block: &[Seen], before: u64) {
        for seen in block {
            let print = seen.decoded.print;
            if self
                .originals
                .get(&print)
                .is_some_and(|original| original.place >= before)
            {
                self.originals.remove(&print);
            }
        }
    }
}

/// Whether a block shows nothing if no more than these have been seen before: too few of all, and of each connection.
fn shows_nothing(block: &[Seen], again: &[usize]) -> bool {
    let mut again: Vec<&Seen> = again.iter().filter_map(|at| block.get(*at)).collect();
    again.retain(|seen| telling(seen));
    let tally = |single: usize, copies: usize| Tally {
        single: u64::try_from(single.saturating_sub(copies)).unwrap_or(u64::MAX),
        copies: u64::try_from(copies).unwrap_or(u64::MAX),
    };
    let all = block.iter().filter(|seen| telling(seen));
    if tally(all.clone().count(), again.len()).shows(OVER_ALL, 1) {
        return false;
    }
    let mut pairs: Vec<Pair> = again.into_iter().map(pair_of).collect();
    pairs.sort_unstable();
    let fewest = usize::try_from(WITHIN_ONE.0).unwrap_or(usize::MAX);
    let mut of_one = pairs.chunk_by(|a, b| a == b);
    !of_one.any(|copies| {
        let own = |seen: &&Seen| copies.first() == Some(&pair_of(seen));
        copies.len() >= fewest
            && tally(all.clone().filter(own).count(), copies.len()).shows(WITHIN_ONE, 1)
    })
}

/// The filter. Gives back every segment that stays, in the order in which they came.
#[derive(Debug, Default)]
pub struct Twice {
    block: Vec<Seen>,
    /// Segments before this block.
    before: u64,
    open: Open,
    copies: Copies,
}

impl Twice {
    /// Takes a segment; adds those that are decided to `kept`.
    pub fn take(&mut self, seen: Seen, kept: &mut Vec<Seen>) {
        self.block.push(seen);
        if self.block.len() >= BLOCK {
            self.decide(kept);
        }
    }

    /// Adds the last segments to `kept`.
    pub fn finish(&mut self, kept: &mut Vec<Seen>) {
        self.decide(kept);
    }

    /// What was left out so far.
    pub const fn copies(&self) -> Copies {
        self.copies
    }

    fn decide(&mut self, kept: &mut Vec<Seen>) {
        let mut block = std::mem::take(&mut self.block);
        if self.open.take_unlike(&block, self.before) {
            let taken = u64::try_from(block.len()).unwrap_or(0);
            self.before = self.before.saturating_add(taken);
            if kept.is_empty() {
                std::mem::swap(kept, &mut block);
            } else {
                kept.append(&mut block);
            }
        } else {
            self.leave_out(&mut block, kept);
        }
        self.block = block;
    }

    /// Decides about a block in which something may be a copy, and empties it.
    fn leave_out(&mut self, block: &mut Vec<Seen>, kept: &mut Vec<Seen>) {
        let first = self.learn(block, BEHIND, 1);
        // Copies are as far behind as the others are; what is equal and later is repeated by the sender.
        let behind = first
            .median
            .map_or(BEHIND, |median| {
                Span::from_nanos(
                    median
                        .nanos()
                        .saturating_mul(4)
                        .saturating_add(ONE_PLACE.nanos()),
                )
            })
            .min(BEHIND);
        let lessons: Vec<(u64, Lesson)> = (1..=MOST)
            .map(|each| (each, self.learn(block, behind, each)))
            .collect();
        let median = lessons.first().and_then(|(_, lesson)| lesson.median);
        let apart = median.is_some_and(|median| median > ONE_PLACE);
        for seen in block.drain(..) {
            let mut holding = lessons.iter().rev();
            let each = holding.find(|(each, lesson)| lesson.holds_for(&seen, *each));
            let each = each.map(|(each, _)| *each);
            let copied = self
                .open
                .pair(&seen, self.before, behind, each.unwrap_or(1));
            self.before = self.before.saturating_add(1);
            if copied.is_none() || each.is_none() {
                kept.push(seen);
            } else if apart {
                self.copies.elsewhere = self.copies.elsewhere.saturating_add(1);
            } else {
                self.copies.duplicates = self.copies.duplicates.saturating_add(1);
            }
        }
    }

    /// What a block shows if every segment can have so many copies, nothing being changed yet.
    fn learn(&self, block: &[Seen], behind: Span, each: u64) -> Lesson {
        let mut open = self.open.clone();
        let mut lesson = Lesson::default();
        let mut delays = Vec::new();
        for (seen, place) in block.iter().zip(self.before..) {
            let paired = open.pair(seen, place, behind, each);
            if !telling(seen) {
                continue;
            }
            let one = lesson.each.entry(pair_of(seen)).or_default();
            for tally in [&mut lesson.all, one] {
                match paired {
                    Some(_) => tally.copies = tally.copies.saturating_add(1),
                    None => tally.single = tally.single.saturating_add(1),
                }
            }
            delays.extend(paired.flatten());
        }
        delays.sort();
        lesson.median = delays.get(delays.len() / 2).copied();
        lesson
    }
}

/// What a block shows.
#[derive(Debug, Default)]
struct Lesson {
    all: Tally,
    /// Only looked up.
    each: HashMap<Pair, Tally, RandomState>,
    median: Option<Span>,
}

impl Lesson {
    fn holds_for(&self, seen: &Seen, each: u64) -> bool {
        let connection = self.each.get(&pair_of(seen));
        self.all.shows(OVER_ALL, each)
            || connection.is_some_and(|tally| tally.shows(WITHIN_ONE, each))
    }
}

/// Whether an equal record says anything: a sender that numbers its packets does not repeat one, and one that does not
/// may well send the same bare acknowledgment again and again.
fn telling(seen: &Seen) -> bool {
    let segment = &seen.decoded.segment;
    segment.marks.ip_id.is_some_and(|id| id != 0) || !segment.is_empty()
}

fn pair_of(seen: &Seen) -> Pair {
    let (a, b) = (seen.decoded.source, seen.decoded.destination);
    (seen.decoded.tunnel, a.min(b), a.max(b))
}

#[cfg(test)]
#[path = "tests/twice.rs"]
mod tests;
