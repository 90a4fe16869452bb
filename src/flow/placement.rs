//! Which incarnation of its 4-tuple a segment belongs to.
//!
//! A SYN is placed by its number, a SYN-ACK by what it acknowledges, everything else by the distance of SEQ and ACK
//! from what the incarnations have seen. Several incarnations stay live: stragglers, stale SYNs and the reuse of ports
//! are ordinary traffic.

use super::endpoint::Endpoint;
use super::fit::{Misfit, acks_syn, begins, distance, has_iss, in_stream, in_window, misfit};
use super::four_tuple::{FourTuple, Side};
use super::incarnation::Incarnation;
use crate::tcp::{Anchor, Segment, Seq, SeqNum};

/// A 4-tuple and its incarnations, oldest first.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
pub struct Connection {
    /// The tuple.
    pub tuple: FourTuple,
    /// Its incarnations.
    pub incarnations: Vec<Incarnation>,
}

/// Where a segment was put, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// A SYN with a number not seen before: a new incarnation.
    Opens(usize),
    /// A SYN that crosses the peer's SYN: the same incarnation.
    Crosses(usize),
    /// A SYN or SYN-ACK whose number is known.
    Repeats(usize),
    /// The first SYN-ACK to a known SYN.
    Answers(usize),
    /// A SYN-ACK with a second number for a SYN that was answered before: a new incarnation beside the first.
    Forks(usize),
    /// A SYN-ACK whose numbers both lie in the running streams of this incarnation.
    Inside(usize),
    /// A SYN or SYN-ACK inside this incarnation that fits none of the above.
    Stray(usize),
    /// Belongs by its numbers.
    Member(usize),
    /// Fits nothing known: an incarnation whose opening was not recorded.
    Unseen(usize),
}

impl Placed {
    /// The incarnation.
    pub const fn index(self) -> usize {
        match self {
            Self::Opens(at)
            | Self::Crosses(at)
            | Self::Repeats(at)
            | Self::Answers(at)
            | Self::Forks(at)
            | Self::Inside(at)
            | Self::Stray(at)
            | Self::Member(at)
            | Self::Unseen(at) => at,
        }
    }
}

/// How many incarnations a segment is compared with.
const LIVE: usize = 64;

impl Connection {
    /// A tuple without traffic.
    pub const fn new(tuple: FourTuple) -> Self {
        Self {
            tuple,
            incarnations: Vec::new(),
        }
    }

    /// Finds or makes the incarnation of a segment, anchored so that the segment can be unwrapped in it.
    pub fn place(&mut self, side: Side, segment: &Segment) -> Placed {
        let placed = if segment.is_bare_syn() {
            self.place_syn(side, segment)
        } else if segment.is_syn_ack() {
            self.place_syn_ack(side, segment)
        } else if segment.rst() {
            Placed::Member(
                self.nearest_for_reset(side, segment)
                    .unwrap_or_else(|| self.open(None)),
            )
        } else {
            self.place_by_numbers(side, segment)
        };
        if let Some(incarnation) = self.incarnations.get_mut(placed.index())
            && !matches!(placed, Placed::Stray(_) | Placed::Inside(_))
            && !segment.rst()
        {
            incarnation.anchor(side, segment);
        }
        placed
    }

    fn live(&self) -> impl DoubleEndedIterator<Item = (usize, &Incarnation)> {
        let skip = self.incarnations.len().saturating_sub(LIVE);
        self.incarnations.iter().enumerate().skip(skip)
    }

    fn open(&mut self, opener: Option<Side>) -> usize {
        self.incarnations.push(Incarnation {
            opener,
            midstream: opener.is_none(),
            ..Incarnation::default()
        });
        self.incarnations.len() - 1
    }

    fn place_syn(&mut self, side: Side, segment: &Segment) -> Placed {
        let known = self
            .live()
            .rev()
            .find(|(_, inc)| inc.fork_of.is_none() && has_iss(inc.ends.get(side), segment.seq))
            .map(|(at, _)| at);
        if let Some(at) = known {
            return Placed::Repeats(at);
        }
        if let Some((at, newest)) = self.live().next_back() {
            let (own, peer) = newest.view(side);
            let peer_waits = peer.syn.as_ref().is_some_and(|syn| syn.with_ack == 0)
                && peer.kept.segments == u64::from(peer.syn.as_ref().map_or(0, |syn| syn.bare));
            if !own.is_seen() && peer_waits {
                return Placed::Crosses(at);
            }
        }
        Placed::Opens(self.open(Some(side)))
    }

    fn place_syn_ack(&mut self, side: Side, segment: &Segment) -> Placed {
        let answered: Vec<usize> = self
            .live()
            .filter(|(_, inc)| acks_syn(inc.ends.get(side.other()), segment.ack))
            .map(|(at, _)| at)
            .collect();
        let own = |at: &usize| self.incarnations.get(*at).map(|inc| inc.ends.get(side));
        if let Some(&at) = answered
            .iter()
            .rev()
            .find(|at| own(at).is_some_and(|own| has_iss(own, segment.seq)))
        {
            return Placed::Repeats(at);
        }
        if let Some(&at) = answered
            .iter()
            .rev()
            .find(|at| own(at).is_some_and(Endpoint::is_unheard))
        {
            self.anchor_answer(at, side, segment.seq);
            return Placed::Answers(at);
        }
        if let Some(&at) = answered
            .iter()
            .rev()
            .find(|at| own(at).is_some_and(|own| begins(own, segment.seq)))
        {
            self.anchor_late(at, side, segment.seq);
            return Placed::Answers(at);
        }
        if let Some(&at) = answered.last() {
            return Placed::Forks(self.fork(at, side));
        }
        if let Some(at) = self
            .live()
            .rev()
            .find(|(_, inc)| has_iss(inc.ends.get(side), segment.seq))
            .map(|(at, _)| at)
        {
            return Placed::Stray(at);
        }
        let inside = self.live().rev().find(|(_, inc)| {
            let (own, peer) = inc.view(side);
            // Where everything has ended, it is the answer to a SYN that was not recorded.
            let running = own.ack_max.is_some() && !inc.is_over();
            let own_number = in_stream(own, segment.seq) || in_window(own, peer, segment.seq);
            running && own_number && in_stream(peer, segment.ack)
        });
        if let Some((at, _)) = inside {
            return Placed::Inside(at);
        }
        // Only a SYN that nobody has answered can be the one meant; else the SYN of this answer was not recorded.
        let waiting = self
            .live()
            .rev()
            .find(|(_, inc)| {
                inc.ends.get(side.other()).iss_known() && inc.ends.get(side).is_unheard()
            })
            .map(|(at, _)| at);
        match waiting {
            Some(at) => Placed::Stray(at),
            None => {
                let at = self.open(Some(side.other()));
                if let Some(incarnation) = self.incarnations.get_mut(at) {
                    incarnation.midstream = true;
                }
                Placed::Unseen(at)
            }
        }
    }

    /// The SYN-ACK fixes the answerer's numbers. What its peer acknowledged of a guess before counts no more.
    fn anchor_answer(&mut self, at: usize, side: Side, iss: SeqNum) {
        let Some(incarnation) = self.incarnations.get_mut(at) else {
            return;
        };
        let own = incarnation.ends.get_mut(side);
        if own
            .anchor
            .replace(Anchor::at(iss))
            .is_some_and(|guess| guess.iss() != iss)
        {
            incarnation.ends.get_mut(side.other()).forget_acks();
        }
    }

    /// The SYN-ACK was overtaken by octets that follow it: what they were numbered from was a guess.
    fn anchor_late(&mut self, at: usize, side: Side, iss: SeqNum) {
        let Some(incarnation) = self.incarnations.get_mut(at) else {
            return;
        };
        let own = incarnation.ends.get_mut(side);
        let Some(guess) = own.anchor.replace(Anchor::at(iss)) else {
            return;
        };
        let by = i64::from(guess.iss().distance_from(iss));
        own.shift(by);
        incarnation.ends.get_mut(side.other()).shift_peer(by);
        incarnation.shifted = (by != 0).then_some((side, by));
    }

    /// A second answer to the SYN of incarnation `at`: the opener's SYN counts for both.
    fn fork(&mut self, at: usize, answerer: Side) -> usize {
        let opener = answerer.other();
        // Copies of the SYN are counted where it was first seen.
        let root = self.root(at);
        let shared = self
            .incarnations
            .get(root)
            .map(|inc| inc.ends.get(opener).clone());
        let new = self.open(Some(opener));
        if let (Some(incarnation), Some(shared)) = (self.incarnations.get_mut(new), shared) {
            incarnation.fork_of = Some(at);
            let own = incarnation.ends.get_mut(opener);
            own.anchor = shared.anchor;
            own.syn = shared.syn;
            let text = own.syn.as_ref().map_or(0, |syn| i64::from(syn.text));
            let end = Seq::FIRST + text;
            own.known.insert(Seq::SYN, end);
            own.octets.insert(Seq::SYN, end);
            own.snd_max = end;
            own.ttls = shared.ttls;
            own.clock = shared.clock;
            own.edge_max = None;
        }
        new
    }

    /// The incarnation in which the SYN of this one was seen first.
    pub fn root(&self, at: usize) -> usize {
        let mut root = at;
        while let Some(older) = self.incarnations.get(root).and_then(|inc| inc.fork_of)
            && older < root
        {
            root = older;
        }
        root
    }

    fn place_by_numbers(&mut self, side: Side, segment: &Segment) -> Placed {
        if let Some(at) = self.opened_unseen(side, segment) {
            return Placed::Member(at);
        }
        let best = self
            .live()
            .map(|(at, inc)| (misfit(inc, side, segment), at))
            .min_by_key(|&(misfit, at)| (misfit, std::cmp::Reverse(at)));
        match best {
            Some((
                Misfit {
                    both_far: false, ..
                },
                at,
            )) => Placed::Member(at),
            _ => Placed::Unseen(self.open(None)),
        }
    }

    /// The newest incarnation, where all others are over, nothing was seen of this side in it, and the segment acknowledges the SYN of
    /// the other: the third segment after a SYN that was not recorded, whatever its numbers meant before.
    fn opened_unseen(&self, side: Side, segment: &Segment) -> Option<usize> {
        let (newest, incarnation) = self.live().next_back()?;
        let (own, peer) = incarnation.view(side);
        let third = !own.is_seen() && segment.has_ack() && acks_syn(peer, segment.ack);
        let alone = || {
            self.live()
                .all(|(at, older)| at == newest || older.is_over())
        };
        (third && alone()).then_some(newest)
    }

    fn nearest_for_reset(&self, side: Side, segment: &Segment) -> Option<usize> {
        let by_ack_alone = segment.seq == SeqNum(0) && segment.has_ack();
        self.live()
            .map(|(at, inc)| {
                let (own, peer) = inc.view(side);
                let seq = distance(own, segment.seq).filter(|_| !by_ack_alone);
                let ack = segment
                    .has_ack()
                    .then(|| distance(peer, segment.ack))
                    .flatten();
                (seq.or(ack).unwrap_or(i64::MAX), ack.unwrap_or(0), at)
            })
            .min_by_key(|&(first, second, at)| {
                (first.saturating_add(second), std::cmp::Reverse(at))
            })
            .map(|(_, _, at)| at)
    }
}
