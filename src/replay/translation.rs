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
const HELD: usize = 24;

/// What the record shows of it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Translation {
    /// What is known.
    known: Option<Offsets>,
    /// What may be, and the segments that are held back meanwhile; they are not packed.
    #[serde(skip)]
    suspected: Option<Box<Suspicion>>,
}

/// By how much the ACKs of each side exceed the SEQs of its peer, as long as its opener keeps its first number.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
struct Offsets {
    opener: Side,
    iss: SeqNum,
    of_acks: Pair<u32>,
}

#[derive(Clone, Debug)]
struct Suspicion {
    offsets: Offsets,
    ends: Pair<End>,
    held: Vec<Observation>,
}

/// A side as far as it has come.
#[derive(Clone, Debug, Default)]
struct End {
    iss: Option<SeqNum>,
    /// Where segments ended that brought octets or a FIN.
    reached: Vec<SeqNum>,
    /// Whether it has acknowledged anything of its peer, and by which offset.
    acked: bool,
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

    /// Takes in the next segment.
    fn hear(&mut self, seen: &Observation) -> Meant {
        if let Some(known) = &self.known {
            if seen.segment.is_bare_syn() && seen.segment.seq != known.iss {
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
                self.known = Some(offsets);
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
        if segment.rst() || !segment.has_ack() && !self.is_the_syn(seen) {
            return Turn::Refuted;
        }
        if segment.has_ack() && !self.hear_ack(side, segment) {
            return Turn::Refuted;
        }
        let end = self.ends.get_mut(side);
        if segment.syn() {
            let iss = *end.iss.get_or_insert(segment.seq);
            if iss != segment.seq {
                return Turn::Refuted;
            }
        } else if !segment.is_empty() {
            end.reached.push(segment.seq.advance(segment.len()));
        }
        let opener = self.ends.get(self.offsets.opener);
        let answerer = self.ends.get(self.offsets.opener.other());
        // The answerer takes octets only once its own SYN is rightly acknowledged; but what the opener acknowledges by an offset of its own
        // has to go on by it.
        let fits = *self.offsets.of_acks.get(self.offsets.opener.other()) == 0;
        if opener.acked && (opener.follows || answerer.follows && !fits) {
            Turn::Confirmed
        } else {
            Turn::Open
        }
    }

    fn is_the_syn(&self, seen: &Observation) -> bool {
        seen.side == self.offsets.opener
            && seen.segment.is_bare_syn()
            && seen.segment.seq == self.offsets.iss
    }

    /// Whether an ACK goes on by the offset of its side.
    fn hear_ack(&mut self, side: Side, segment: &Segment) -> bool {
        let peer = self.ends.get(side.other());
        let Some(iss) = peer.iss else {
            return false;
        };
        if !self.ends.get(side).acked {
            let offset = miss(segment.ack, iss);
            *self.offsets.of_acks.get_mut(side) = offset;
            self.ends.get_mut(side).acked = true;
            return offset == 0 || is_far(offset);
        }
        let meant = back(segment.ack, *self.offsets.of_acks.get(side));
        let exact = peer.reached.contains(&meant);
        self.ends.get_mut(side).follows |= exact;
        exact || meant == iss.advance(1)
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

    /// A first answer that is far from the one SYN that it should acknowledge.
    fn suspects(&self, seen: &Observation) -> Option<Suspicion> {
        let (side, segment) = (seen.side, &seen.segment);
        let incarnation = self.connection.incarnations.last()?;
        let opener = incarnation.opener.filter(|_| !incarnation.midstream)?;
        let opens = side == opener;
        if segment.rst() || !segment.has_ack() || segment.syn() == opens {
            return None;
        }
        let (own, peer) = incarnation.view(side);
        let iss = first_number(peer)?;
        if own.ack_max.is_some() || own.is_seen() != opens || !is_far(miss(segment.ack, iss)) {
            return None;
        }
        let end = |iss, acked| End {
            iss,
            acked,
            ..End::default()
        };
        let mut ends = Pair::new(end(None, false), end(None, false));
        // Where the SYN-ACK fits, only the opener misses.
        *ends.get_mut(side.other()) = end(Some(iss), opens);
        if opens {
            ends.get_mut(side).iss = Some(first_number(own)?);
        }
        let offsets = Offsets {
            opener,
            iss: ends.get(opener).iss?,
            of_acks: Pair::new(0, 0),
        };
        Some(Suspicion {
            offsets,
            ends,
            held: Vec::new(),
        })
    }

    /// The record has ended: what was held back is taken as it stands.
    pub fn conclude(&mut self, facts: &mut Facts) {
        for seen in self.translation.give_up() {
            self.take_as_meant(&seen, facts);
        }
    }
}

/// The number of a SYN after which nothing came.
fn first_number(end: &Endpoint) -> Option<SeqNum> {
    let alone = end.syn.is_some() && end.snd_max == Seq::FIRST && end.reset.is_none();
    end.anchor.filter(|_| alone).map(Anchor::iss)
}
