//! The 4-tuples of a shard: where each of them is found, and in which form.

use super::intake::Routed;
use crate::flow::FourTuple;
use crate::replay::{Replay, is_of, key};
use crate::time::Timestamp;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// One 4-tuple.
pub(super) struct Slot {
    /// The frame that its replay began with: a name that no other replay has.
    pub(super) name: u64,
    /// When its last segment was recorded.
    pub(super) last: Timestamp,
    /// Whether the packed replay shows anything of the capture.
    pub(super) shows: bool,
    /// Uses of the ports that are settled.
    pub(super) earlier: u32,
    /// Waits among the idle ones, among those that are over.
    pub(super) idle: bool,
    pub(super) over: bool,
    pub(super) state: State,
}

/// Its replay.
pub(super) enum State {
    Live(Box<Replay>),
    Packed(Box<[u8]>),
    /// Settled; only the key is left.
    Gone(Box<[u8]>),
}

#[derive(Default)]
pub(super) struct Slots {
    /// Only looked up, never iterated: the order of everything is that of `slots`.
    index: HashTable<u32>,
    hasher: RandomState,
    slots: Vec<Slot>,
}

impl Slots {
    /// The place of the tuple, made if there is none.
    pub(super) fn place(&mut self, routed: &Routed) -> u32 {
        let (slots, hasher) = (&self.slots, &self.hasher);
        let hash = hasher.hash_one(routed.tuple);
        let holds = |at: &u32| {
            slots
                .get(index(*at))
                .is_some_and(|slot| slot.is_of(&routed.tuple))
        };
        if let Some(at) = self.index.find(hash, holds) {
            return *at;
        }
        let at = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.index.insert_unique(hash, at, |at| {
            let slot = slots.get(index(*at)).and_then(Slot::tuple);
            slot.map_or(0, |tuple| hasher.hash_one(tuple))
        });
        self.slots.push(Slot {
            name: routed.seen.frame,
            last: Timestamp::default(),
            shows: false,
            earlier: 0,
            idle: false,
            over: false,
            state: State::Gone(key(&routed.tuple)),
        });
        at
    }

    pub(super) fn get_mut(&mut self, at: u32) -> Option<&mut Slot> {
        self.slots.get_mut(index(at))
    }

    pub(super) fn into_inner(self) -> Vec<Slot> {
        self.slots
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.slots.iter_mut()
    }
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl Slot {
    fn is_of(&self, tuple: &FourTuple) -> bool {
        match &self.state {
            State::Live(replay) => replay.tuple() == tuple,
            State::Packed(octets) | State::Gone(octets) => is_of(octets, tuple),
        }
    }

    fn tuple(&self) -> Option<FourTuple> {
        match &self.state {
            State::Live(replay) => Some(*replay.tuple()),
            State::Packed(octets) | State::Gone(octets) => crate::replay::tuple(octets),
        }
    }
}
