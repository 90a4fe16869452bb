//! A tap inside a box that numbers both sides anew, or before it in one direction and behind it in the other: the ACKs of a side miss
//! the SEQs of its peer by one and the same number from the first to the last (model: constant offsets). The offset is taken out, so that
//! everything else sees what the endpoints meant.
//!
//! A first answer that is far from what it should acknowledge is held back, with what follows it, until both sides have gone on by the same
//! offsets to exactly where their peer had come; or until anything speaks against it, and then all is taken as it stands.

use super::{Facts, Replay};
use crate::flow::{Endpoint, Observation, Pair, Side};
use crate::tcp::{Anchor, Segment, Seq, SeqNum};

/// What misses by less may be a fault.
const FAR: u32 = 1 << 20;

/// Segments that are held back before it is given up.
const HELD: usize = 64;

/// What the record shows of it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Translation {
    /// What is known.
    known: Option<Offsets>,
    /// Whether anything ever was known: such a box is met again.
    ever: bool,
    /// What may be, and the segments that are held back meanwhile; they are not packed.
    #[serde(skip)]
    suspected: Option<Box<Suspicion>>,
}

/// By how much the ACKs of each side exceed the SEQs of its peer, as long as both keep their first numbers.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
struct Offsets {
    first: Pair<Option<SeqNum>>,
    of_acks: Pair<u32>,
}

#[derive(Clone, Debug)]
struct Suspicion {
    offsets: Offsets,
    ends: Pair<End>,
    held: Vec<Observation>,
}

/// How far a side has come.
#[derive(Clone, Debug, Default)]
struct End {
    /// Where segments ended that brought octets or a FIN.
    reached: Vec<SeqNum>,
    /// Whether it has acknowledged anything of its peer.
    acked: bool,
    /// Whether it has done so again by the same offset.
    repeats: bool,
    /// Whether it has acknowledged exactly what its peer sent after its SYN.
    follows: bool,
}

/// What to make of a segment.
pub(super) enum Meant {
    /// What it says.
    AsItIs,
    /// These, one after the other; perhaps none for now.
    These(Vec<Observation>),
}

/// What a suspicion has come to.
enum Turn {
    Open,
    Confirmed,
    Refuted,
}

impl Translation {
    /// Whether there is nothing to translate.
    pub(super) const fn is_idle(&self) -> bool {
        self.known.is_none() && self.suspected.is_none()
    }

    /// Whether segments are held back.
    pub(super) const fn holds(&self) -> bool {
        self.suspected.is_some()
    }

    /// Whether a box numbered a side anew in any connection of these ports.
    pub(super) const fn was_known(&self) -> bool {
        self.ever
    }

    /// Takes in the next segment.
    fn hear(&mut self, seen: &Observation) -> Meant {
        if let Some(known) = &self.known {
            if seen.segment.is_bare_syn() && !known.begins(seen) {
                self.known = None;
                return Meant::AsItIs;
            }
            return Meant::These(vec![known.translate(seen.clone())]);
        }
        let Some(suspicion) = &mut self.suspected else {
            return Meant::AsItIs;
        };
        let turn = suspicion.hear(seen);
        suspicion.held.push(seen.clone());
        match turn {
            Turn::Open if suspicion.held.len() < HELD => Meant::These(Vec::new()),
            Turn::Confirmed => {
                let offsets = suspicion.offsets.clone();
                let held = self.give_up().into_iter();
                let meant = held.map(|seen| offsets.translate(seen)).collect();
                (self.known, self.ever) = (Some(offsets), true);
                Meant::These(meant)
            }
            Turn::Open | Turn::Refuted => Meant::These(self.give_up()),
        }
    }

    /// What was held back, as it stands.
    fn give_up(&mut self) -> Vec<Observation> {
        self.suspected.take().map_or_else(Vec::new, |one| one.held)
    }
}

impl Offsets {
    /// Whether a SYN has the number that its side began with.
    fn begins(&self, seen: &Observation) -> bool {
        self.first
            .get(seen.side)
            .is_none_or(|first| first == seen.segment.seq)
    }

    fn translate(&self, mut seen: Observation) -> Observation {
        let by = *self.of_acks.get(seen.side);
        let segment = &mut seen.segment;
        if !segment.has_ack() || by == 0 {
            return seen;
        }
        segment.ack = back(segment.ack, by);
        let near = |edge: SeqNum| edge.distance_from(segment.ack).unsigned_abs();
        for (left, right) in &mut segment.options.sack {
            // Not every box knows of SACK blocks.
            if near(back(*right, by)) < near(*right) {
                (*left, *right) = (back(*left, by), back(*right, by));
            }
        }
        seen
    }
}

fn back(number: SeqNum, by: u32) -> SeqNum {
    number.advance(by.wrapping_neg())
}

fn is_far(offset: u32) -> bool {
    offset.min(offset.wrapping_neg()) > FAR
}

/// By how much an ACK misses the SYN that it should acknowledge.
fn miss(ack: SeqNum, iss: SeqNum) -> u32 {
    ack.0.wrapping_sub(iss.advance(1).0)
}

impl Suspicion {
    fn hear(&mut self, seen: &Observation) -> Turn {
        let (side, segment) = (seen.side, &seen.segment);
        let opens = segment.syn() && self.offsets.begins(seen);
        let fits = if segment.has_ack() {
            opens == segment.syn() && self.hear_ack(side, segment)
        } else {
            opens
        };
        if segment.rst() || !fits {
            return Turn::Refuted;
        }
        if segment.syn() {
            *self.offsets.first.get_mut(side) = Some(segment.seq);
        } else if !segment.is_empty() {
            let end = segment.seq.advance(segment.len());
            self.ends.get_mut(side).reached.push(end);
        }
        let both = Side::BOTH.map(|side| (self.ends.get(side), *self.offsets.of_acks.get(side)));
        // One ACK that misses may be a fault; and only what is right goes on.
        let steady = |(end, by): &(&End, u32)| end.acked && (*by == 0 || end.repeats);
        if both.iter().all(steady) && both.iter().any(|(end, _)| end.follows) {
            Turn::Confirmed
        } else {
            Turn::Open
        }
    }

    /// Whether an ACK goes on by the offset of its side.
    fn hear_ack(&mut self, side: Side, segment: &Segment) -> bool {
        let Some(first) = *self.offsets.first.get(side.other()) else {
            return false;
        };
        let (own, by) = (self.ends.get(side), self.offsets.of_acks.get_mut(side));
        if !own.acked {
            *by = miss(segment.ack, first);
            self.ends.get_mut(side).acked = true;
            return *by == 0 || is_far(*by);
        }
        let meant = back(segment.ack, *by);
        let exact = self.ends.get(side.other()).reached.contains(&meant);
        let holds = exact || meant == first.advance(1);
        let own = self.ends.get_mut(side);
        own.follows |= exact;
        own.repeats |= holds;
        holds
    }
}

impl Replay {
    /// What a segment means, once it is known what the numbers of its side mean.
    pub(super) fn meant(&mut self, seen: &Observation) -> Meant {
        if self.translation.is_idle() {
            let Some(suspicion) = self.suspects(seen) else {
                return Meant::AsItIs;
            };
            self.translation.suspected = Some(Box::new(suspicion));
        }
        let waited = self.translation.holds();
        let meant = self.translation.hear(seen);
        if waited
            && self.translation.known.is_some()
            && let Some(notes) = self.notes.last_mut()
        {
            notes.story.rewritten(seen);
        }
        meant
    }

    /// A first answer that is far from the SYN that it should acknowledge.
    fn suspects(&self, seen: &Observation) -> Option<Suspicion> {
        let (side, segment) = (seen.side, &seen.segment);
        let incarnation = self.connection.incarnations.last()?;
        let (own, peer) = incarnation.view(side);
        let answers = own.ack_max.is_none() && segment.has_ack() && !segment.rst();
        let known = own.iss_known() || segment.syn() && !own.is_seen();
        let alone = !incarnation.midstream && incarnation.fork_of.is_none();
        if !answers || !known || !alone || self.is_late(seen) {
            return None;
        }
        let first = first_number(peer)?;
        if !is_far(miss(segment.ack, first)) {
            return None;
        }
        let mut offsets = Offsets {
            first: Pair::new(None, None),
            of_acks: Pair::new(0, 0),
        };
        let mut ends = Pair::new(End::default(), End::default());
        for (side, end) in [(side, own), (side.other(), peer)] {
            *offsets.first.get_mut(side) = first_number(end);
            // Before the first ACK that misses, all others fit.
            ends.get_mut(side).acked = end.ack_max.is_some();
            let reached = end.anchor.filter(|_| end.snd_max > Seq::FIRST);
            let reached = reached.map(|anchor| anchor.wrap(end.snd_max));
            ends.get_mut(side).reached.extend(reached);
            ends.get_mut(side).follows = end.ack_max.is_some_and(|ack| ack > Seq::FIRST);
        }
        Some(Suspicion {
            offsets,
            ends,
            held: Vec::new(),
        })
    }

    /// Whether an ACK belongs to a connection of these ports before the newest.
    fn is_late(&self, seen: &Observation) -> bool {
        let mut before = self.connection.incarnations.iter().rev().skip(1);
        before.any(|incarnation| {
            let (_, peer) = incarnation.view(seen.side);
            let ack = incarnation.unwrap(seen.side, &seen.segment).ack;
            let range = peer.octets.start().zip(peer.octets.end());
            ack.zip(range)
                .is_some_and(|(ack, (start, end))| (start..=end + 1).contains(&ack.across()))
        })
    }

    /// The record has ended: what was held back is taken as it stands.
    pub fn conclude(&mut self, facts: &mut Facts) {
        for seen in self.translation.give_up() {
            self.take_as_meant(&seen, facts);
        }
    }
}

/// The number of its SYN.
fn first_number(end: &Endpoint) -> Option<SeqNum> {
    end.anchor.filter(|_| end.iss_known()).map(Anchor::iss)
}
