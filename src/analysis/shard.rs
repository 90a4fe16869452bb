//! A share of the connections: finds the one of each segment, replays it, lets those at rest shrink, and settles all of
//! them when the record has ended. A share is decided by addresses alone, so that the number of threads changes nothing.

use super::Look;
use super::hands::{Routed, Sorted};
use super::held::Held;
use super::making::{LIVE, Making, SEGMENT, SEGMENTS, weight};
use super::quiet::Sums;
use super::rest::Rest;
use super::settings::{Effort, Settings};
use super::slots::{Slot, Slots, State};
use super::young::Young;
use crate::flow::FourTuple;
use crate::replay::{self, Facts, Replay, Textbook, Verdicts, settle};
use crate::time::Timestamp;

/// How many shares there are, whatever the number of threads.
pub(super) const SHARES: usize = 16;

/// How often one port pair may be used while it is not settled; a flood of SYNs is nothing else.
const USES: usize = 256;

/// What was said about one 4-tuple, by the frame that it began with: a name that no other has.
pub(super) struct Settled {
    pub(super) name: u64,
    pub(super) tuple: FourTuple,
    pub(super) verdicts: Verdicts,
}

/// What was judged before its end, because memory was short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct GivenUp {
    pub(super) connections: u64,
    pub(super) accusations: u64,
}

/// The first frames of the connections that began, and of those that were counted and forgotten; in no order.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) begun: Vec<u64>,
    pub(super) counted: Vec<u64>,
}

impl FromIterator<Self> for News {
    fn from_iter<T: IntoIterator<Item = Self>>(news: T) -> Self {
        news.into_iter().fold(Self::default(), |mut all, one| {
            all.begun.extend(one.begun);
            all.counted.extend(one.counted);
            all
        })
    }
}

pub(super) struct Shard {
    pub(super) slots: Slots,
    rest: Rest,
    pub(super) facts: Facts,
    /// Settled before the record has ended.
    pub(super) done: Vec<Settled>,
    /// What those come to that are only counted.
    pub(super) sums: Sums,
    pub(super) given_up: GivenUp,
    /// The first frames of the connections that began since the last call of [`Self::news`].
    begun: Vec<u64>,
    held: Held,
    sorted: Sorted,
    /// Octets in use, estimated, and how many may be.
    pub(super) used: usize,
    scratch: Vec<u8>,
    pub(super) most: usize,
    effort: Effort,
    pub(super) judgement: replay::Settings,
    pub(super) making: Making,
}

impl Shard {
    pub(super) fn new(look: Look, settings: &Settings) -> Self {
        Self {
            slots: Slots::default(),
            rest: Rest::default(),
            facts: Facts::default(),
            done: Vec::new(),
            sums: Sums::default(),
            given_up: GivenUp::default(),
            begun: Vec::new(),
            held: Held::default(),
            sorted: Sorted::default(),
            used: 0,
            scratch: Vec::new(),
            most: settings.effort.memory / SHARES,
            effort: settings.effort,
            judgement: settings.judgement(),
            making: Making {
                effort: settings.effort,
                tap: settings.tap,
                look,
                counts: settings.effort.counts_quiet && !settings.notes && !settings.statistics,
            },
        }
    }

    /// What has become of its connections since the last call.
    pub(super) fn news(&mut self) -> News {
        News {
            begun: std::mem::take(&mut self.begun),
            counted: self.sums.firsts(),
        }
    }

    /// Replays a batch, connection by connection.
    pub(super) fn take(&mut self, batch: &[Routed]) {
        let mut sorted = std::mem::take(&mut self.sorted);
        sorted.sort(batch);
        let time = |routed: Option<&Routed>| routed.and_then(|routed| routed.seen.time);
        // Who is still to come in this batch may be packed meanwhile, and is unpacked again; settled it must not be.
        let now = [time(batch.first()), time(batch.last())].map(Option::unwrap_or_default);
        for first in sorted.groups() {
            let group = std::iter::successors(Some(first), |&at| sorted.next(at));
            let group = group.filter_map(|at| batch.get(at));
            self.take_group(group);
            self.let_rest(now);
        }
        self.sorted = sorted;
    }

    /// Replays segments of one connection; of two, if their digests are equal.
    fn take_group<'a>(&mut self, group: impl Iterator<Item = &'a Routed>) {
        let mut place: Option<(FourTuple, u32)> = None;
        for routed in group {
            let known = place.filter(|(tuple, _)| *tuple == routed.tuple);
            let at = known.map_or_else(|| self.slots.place(routed), |(_, at)| at);
            place = self.take_one(at, routed).then_some((routed.tuple, at));
        }
    }

    /// Takes in a segment; whether its connection still has its place then.
    fn take_one(&mut self, at: u32, routed: &Routed) -> bool {
        self.stays_young(at, routed) || self.replay_one(at, routed)
    }

    /// Keeps a segment of a connection that has only begun, if it is no more than that with it.
    fn stays_young(&mut self, at: u32, routed: &Routed) -> bool {
        let Some(slot) = self.slots.get_mut(at) else {
            return false;
        };
        match &mut slot.state {
            State::Empty if self.effort.thorough || self.making.look.watches(&routed.tuple) => {
                return false;
            }
            State::Empty => {
                let Some(young) = Young::of(&routed.seen) else {
                    return false;
                };
                self.used = self.used.saturating_add(young.weight());
                if self.effort.counts_quiet {
                    self.begun.push(routed.seen.frame);
                }
                slot.state = State::Young(Box::new(young));
            }
            State::Young(young) => {
                self.used = self.used.saturating_sub(young.weight());
                let stays = young.take(&routed.seen);
                self.used = self.used.saturating_add(young.weight());
                if !stays {
                    return false;
                }
            }
            State::Live(_) | State::Packed(_) => return false,
        }
        slot.last = routed.seen.time.unwrap_or_default();
        self.rest.note(at, slot);
        true
    }

    /// Replays a segment; whether its connection still has its place then.
    fn replay_one(&mut self, at: u32, routed: &Routed) -> bool {
        let live = |slot: &mut Slot| matches!(slot.state, State::Live(_));
        if !self.slots.get_mut(at).is_some_and(live) {
            let replay = self.take_replay(at);
            let Some(slot) = self.slots.get_mut(at) else {
                return false;
            };
            let replay = replay.unwrap_or_else(|| self.making.fresh(slot));
            slot.state = State::Live(replay);
            self.used = self.used.saturating_add(weight(slot));
        }
        let Some(slot) = self.slots.get_mut(at) else {
            return false;
        };
        let State::Live(replay) = &mut slot.state else {
            return false;
        };
        let uses = replay.uses();
        replay.observe(&routed.seen, &mut self.facts);
        if self.effort.counts_quiet {
            self.begun.extend(replay.begun_after(uses));
        }
        slot.last = routed.seen.time.unwrap_or_default();
        if slot.segments < SEGMENTS {
            slot.segments += 1;
            self.used = self.used.saturating_add(SEGMENT);
        }
        let flooded = replay.uses() > USES;
        self.rest.note(at, slot);
        if flooded {
            self.give_up(at);
        }
        !flooded
    }

    /// Takes the replay out of a place, as far as its segments have come.
    fn take_replay(&mut self, at: u32) -> Option<Box<Replay>> {
        let slot = self.slots.get_mut(at)?;
        self.used = self.used.saturating_sub(weight(slot));
        slot.segments = 0;
        match std::mem::replace(&mut slot.state, State::Empty) {
            State::Empty => None,
            State::Young(young) => {
                slot.segments = young.segments();
                Some(self.making.grown(slot, &young, &mut self.facts))
            }
            State::Live(replay) => Some(replay),
            State::Packed(octets) => Some(Box::new(Replay::unpack(&octets)?)),
        }
    }

    /// Packs what has been over or silent for long enough, settles what has been over for very long, and makes room: all of it only
    /// where memory gets short, because what is packed has forgotten some of what proofs rest on. What is over goes first.
    fn let_rest(&mut self, [begun, now]: [Timestamp; 2]) {
        while self.used > self.most / 4
            && let Some(at) = self.rest.next_over(now, &mut self.slots)
        {
            self.pack(at);
        }
        while self.used > self.most / 2
            && let Some(at) = self.rest.next_idle(now, &mut self.slots)
        {
            self.pack(at);
        }
        while self.used > self.most / 2
            && let Some(at) = self.rest.next_to_settle(begun, &mut self.slots)
        {
            self.settle_early(at);
        }
        while self.used > self.most
            && let Some(at) = self.rest.next_to_give_up(&mut self.slots)
        {
            self.give_up(at);
        }
    }

    fn pack(&mut self, at: u32) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let replay = match &mut slot.state {
            State::Young(young) => {
                let over = young.is_over();
                return self.rest.packed(at, slot, over);
            }
            State::Live(replay) => replay,
            State::Empty | State::Packed(_) => return,
        };
        let over = replay.is_over();
        let mut shown = Facts::default();
        replay.contribute(&mut shown);
        slot.shows = shown != Facts::default();
        match replay.pack(&mut self.scratch) {
            Some(octets) => {
                self.used = self.used.saturating_sub(weight(slot));
                self.used = self.used.saturating_add(octets.len());
                slot.segments = 0;
                slot.state = State::Packed(octets);
                self.rest.packed(at, slot, over);
            }
            None => self.rest.cannot_be_packed(at, slot),
        }
    }

    /// Settles what is over for longer than any TIME-WAIT lasts, if no fact about the capture can change the verdict.
    fn settle_early(&mut self, at: u32) {
        let slot = self.slots.get_mut(at);
        if let Some(textbook) = slot.and_then(|slot| self.making.textbook(slot)) {
            if !self.held.keeps(textbook.hosts()) {
                self.count(at, &textbook);
            } else if let Some(slot) = self.slots.get_mut(at) {
                self.rest.cannot_be_packed(at, slot);
            }
            return;
        }
        let replay = self.take_out(at);
        if let Some((name, earlier, replay)) = replay {
            if replay.is_final(&self.judgement.profiles) && !self.held.keeps(replay.opened()) {
                self.finish(at, name, earlier, replay);
            } else if let Some(slot) = self.slots.get_mut(at) {
                slot.state = State::Live(replay);
                self.used = self.used.saturating_add(LIVE);
                self.rest.cannot_be_packed(at, slot);
            }
        }
    }

    /// Settles it now, without what it is accused of: that could not be weighed before the capture is known.
    fn give_up(&mut self, at: u32) {
        let slot = self.slots.get_mut(at);
        if let Some(textbook) = slot.and_then(|slot| self.making.textbook(slot)) {
            self.given_up.connections = self.given_up.connections.saturating_add(1);
            self.count(at, &textbook);
            return;
        }
        if let Some((name, earlier, mut replay)) = self.take_out(at) {
            let dropped = replay.drop_accusations();
            self.given_up.connections = self.given_up.connections.saturating_add(1);
            self.given_up.accusations = self.given_up.accusations.saturating_add(dropped);
            self.finish(at, name, earlier, replay);
        }
    }

    /// Counts a connection that need not be replayed, and gives its place free.
    fn count(&mut self, at: u32, textbook: &Textbook) {
        if let Some(slot) = self.slots.get_mut(at) {
            self.used = self.used.saturating_sub(weight(slot));
            slot.state = State::Empty;
            let tuple = slot.tuple;
            self.slots.free(at, &tuple, 1);
        }
        textbook.contribute_alone(&mut self.facts);
        self.sums.count_textbook(textbook);
    }

    fn take_out(&mut self, at: u32) -> Option<(u64, u32, Box<Replay>)> {
        let mut replay = self.take_replay(at)?;
        let uses = replay.uses();
        replay.conclude(&mut self.facts);
        if self.effort.counts_quiet {
            self.begun.extend(replay.begun_after(uses));
        }
        let slot = self.slots.get_mut(at)?;
        slot.segments = 0;
        Some((slot.name, slot.earlier, replay))
    }

    fn finish(&mut self, at: u32, name: u64, earlier: u32, replay: Box<Replay>) {
        let tuple = *replay.tuple();
        let uses = u32::try_from(replay.uses()).unwrap_or(u32::MAX);
        self.slots.free(at, &tuple, earlier.saturating_add(uses));
        replay.contribute_alone(&mut self.facts);
        let verdicts = settle(*replay, &Facts::default(), &self.judgement);
        if self.effort.counts_quiet && verdicts.is_quiet() {
            verdicts.flows.iter().for_each(|flow| self.sums.count(flow));
            return;
        }
        self.done.push(Settled {
            name,
            tuple,
            verdicts,
        });
    }
}
