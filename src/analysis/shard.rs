//! A share of the connections: finds the one of each segment, replays it, lets those at rest shrink, and settles all of
//! them when the record has ended. A share is decided by addresses alone, so that the number of threads changes nothing.

use super::Look;
use super::hands::{Routed, Sorted};
use super::quiet::Sums;
use super::rest::Rest;
use super::settings::{Effort, Settings, Tap};
use super::slots::{Slot, Slots, State};
use crate::flow::FourTuple;
use crate::replay::{self, Facts, Replay, Verdicts, settle};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::IpAddr;

/// How many shares there are, whatever the number of threads.
pub(super) const SHARES: usize = 16;

/// What a replay in full takes, in octets; what each segment adds to its trails; and how many segments do.
const LIVE: usize = 7 * 1024;
const SEGMENT: usize = 12;
const SEGMENTS: u16 = 1024;

/// Of how many hosts the first connections are kept to the end, and how many of each, because together they may show that the
/// host's sequence numbers are predictable.
const HOSTS: usize = 64;
const FIRST: usize = 32;

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

/// The hosts of which connections are kept to the end, and how many are.
#[derive(Default)]
struct Held(BTreeMap<IpAddr, usize>);

impl Held {
    fn keeps(&mut self, replay: &Replay) -> bool {
        let mut keeps = false;
        for host in replay.opened() {
            let room = self.0.len() < HOSTS;
            let kept = match self.0.entry(host) {
                Entry::Vacant(new) if room => new.insert(0),
                Entry::Vacant(_) => continue,
                Entry::Occupied(known) => known.into_mut(),
            };
            if *kept < FIRST {
                *kept += 1;
                keeps = true;
            }
        }
        keeps
    }
}

pub(super) struct Shard {
    slots: Slots,
    rest: Rest,
    facts: Facts,
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
    used: usize,
    scratch: Vec<u8>,
    most: usize,
    effort: Effort,
    judgement: replay::Settings,
    look: Look,
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
            look,
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

    /// Replays a segment; whether its connection still has its place then.
    fn take_one(&mut self, at: u32, routed: &Routed) -> bool {
        let Some(slot) = self.slots.get_mut(at) else {
            return false;
        };
        if !matches!(slot.state, State::Live(_)) {
            self.used = self.used.saturating_add(LIVE);
            let replay = match &slot.state {
                State::Packed(octets) => {
                    self.used = self.used.saturating_sub(octets.len());
                    Replay::unpack(octets)
                }
                _ => None,
            };
            slot.state = State::Live(replay.map_or_else(
                || {
                    fresh(
                        slot.earlier,
                        routed,
                        self.effort,
                        self.judgement.tap,
                        &self.look,
                    )
                },
                Box::new,
            ));
        }
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
        let State::Live(replay) = &mut slot.state else {
            return;
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
        let replay = self.take_out(at);
        if let Some((name, earlier, replay)) = replay {
            if replay.is_final(&self.judgement.profiles) && !self.held.keeps(&replay) {
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
        if let Some((name, earlier, mut replay)) = self.take_out(at) {
            let dropped = replay.drop_accusations();
            self.given_up.connections = self.given_up.connections.saturating_add(1);
            self.given_up.accusations = self.given_up.accusations.saturating_add(dropped);
            self.finish(at, name, earlier, replay);
        }
    }

    fn take_out(&mut self, at: u32) -> Option<(u64, u32, Box<Replay>)> {
        let slot = self.slots.get_mut(at)?;
        let live = weight(slot);
        let (weight, mut replay) = match std::mem::replace(&mut slot.state, State::Empty) {
            State::Live(replay) => (live, replay),
            State::Packed(octets) => (octets.len(), Box::new(Replay::unpack(&octets)?)),
            State::Empty => return None,
        };
        slot.segments = 0;
        self.used = self.used.saturating_sub(weight);
        let uses = replay.uses();
        replay.conclude(&mut self.facts);
        if self.effort.counts_quiet {
            self.begun.extend(replay.begun_after(uses));
        }
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

    /// What the connections show of the capture, once no more segments come.
    pub(super) fn contribute(&mut self) -> Facts {
        for slot in self.slots.iter_mut() {
            match &mut slot.state {
                State::Live(replay) => {
                    replay.conclude(&mut self.facts);
                    replay.contribute(&mut self.facts);
                }
                State::Packed(octets) if slot.shows => {
                    if let Some(replay) = Replay::unpack(octets) {
                        replay.contribute(&mut self.facts);
                    }
                }
                State::Packed(_) | State::Empty => {}
            }
        }
        std::mem::take(&mut self.facts)
    }

    /// Settles what is left, one after the other.
    pub(super) fn settle(self, facts: &Facts) -> impl Iterator<Item = Settled> {
        let judgement = self.judgement;
        let settled = move |slot: Slot| {
            let replay = match slot.state {
                State::Live(replay) => *replay,
                State::Packed(octets) => Replay::unpack(&octets)?,
                State::Empty => return None,
            };
            let tuple = *replay.tuple();
            let verdicts = settle(replay, facts, &judgement);
            Some(Settled {
                name: slot.name,
                tuple,
                verdicts,
            })
        };
        let rest = self.slots.into_inner().into_iter().filter_map(settled);
        self.done.into_iter().chain(rest)
    }
}

/// What a live replay takes, estimated.
fn weight(slot: &Slot) -> usize {
    LIVE + usize::from(slot.segments) * SEGMENT
}

fn fresh(earlier: u32, routed: &Routed, effort: Effort, tap: Tap, look: &Look) -> Box<Replay> {
    let mut replay = Box::new(Replay::after(earlier, routed.tuple));
    replay.be_taken_at(tap);
    if effort.thorough {
        replay.be_thorough();
    }
    if look.watched.contains(&routed.tuple.outside_tunnels()) {
        replay.watch(look.near.clone());
    }
    if look.measure {
        replay.measure();
    }
    replay
}
