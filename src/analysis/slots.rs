//! The 4-tuples of a shard: where each of them is found, and in which form.

use super::hands::Routed;
use super::young::Young;
use crate::flow::FourTuple;
use crate::replay::Replay;
use crate::time::Timestamp;
use foldhash::fast::{FixedState, RandomState};
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// One 4-tuple with something to remember.
pub(super) struct Slot {
    pub(super) tuple: FourTuple,
    /// The frame that its replay began with: a name that no other replay has.
    pub(super) name: u64,
    /// When its last segment was recorded.
    pub(super) last: Timestamp,
    /// Segments since it is live, as far as they count for its weight.
    pub(super) segments: u16,
    /// Uses of the ports that are settled.
    pub(super) earlier: u32,
    /// Whether the packed replay shows anything of the capture.
    pub(super) shows: bool,
    /// The queues of [`super::rest::Rest`] that its place waits in, whoever had it when it came there.
    pub(super) waits: u8,
    pub(super) state: State,
}

/// Its replay.
pub(super) enum State {
    /// To be made, or taken out.
    Empty,
    /// Nothing has been replayed yet.
    Young(Box<Young>),
    Live(Box<Replay>),
    Packed(Box<[u8]>),
}

/// Twelve octets for each tuple that was ever there: its digest in two halves, and its uses.
type Past = (u32, u32, u32);

/// How many of them are kept.
const PAST: usize = 1 << 14;

#[derive(Default)]
pub(super) struct Slots {
    /// Only looked up, never iterated: the order of everything is that of `slots`.
    index: HashTable<u32>,
    hasher: RandomState,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// What is settled: a digest of the tuple, and how often it was used.
    past: HashTable<Past>,
}

impl Slots {
    /// The place of the tuple, made if there is none.
    pub(super) fn place(&mut self, routed: &Routed) -> u32 {
        let hash = self.hasher.hash_one(routed.tuple);
        let slots = &self.slots;
        let holds = |at: &u32| {
            let slot = slots.get(index(*at));
            slot.is_some_and(|slot| slot.tuple == routed.tuple)
        };
        if let Some(at) = self.index.find(hash, holds) {
            return *at;
        }
        let slot = Slot {
            tuple: routed.tuple,
            name: routed.seen.frame,
            last: Timestamp::default(),
            earlier: self.earlier_uses(routed.digest),
            shows: false,
            segments: 0,
            waits: 0,
            state: State::Empty,
        };
        let at = if let Some(at) = self.free.pop()
            && let Some(free) = self.slots.get_mut(index(at))
        {
            let waits = free.waits;
            *free = Slot { waits, ..slot };
            at
        } else {
            self.slots.push(slot);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        };
        let (slots, hasher) = (&self.slots, &self.hasher);
        self.index.insert_unique(hash, at, |at| {
            let slot = slots.get(index(*at));
            slot.map_or(0, |slot| hasher.hash_one(slot.tuple))
        });
        at
    }

    pub(super) fn get_mut(&mut self, at: u32) -> Option<&mut Slot> {
        self.slots.get_mut(index(at))
    }

    /// Gives the place of a tuple free that is settled, and remembers its uses.
    pub(super) fn free(&mut self, at: u32, tuple: &FourTuple, uses: u32) {
        let hash = self.hasher.hash_one(tuple);
        if let Ok(entry) = self.index.find_entry(hash, |known| *known == at) {
            entry.remove();
            self.free.push(at);
        }
        let hasher = |past: &Past| whole(past);
        let digest = digest(tuple);
        match self.past.find_mut(digest, |past| whole(past) == digest) {
            Some(past) => past.2 = uses,
            None => {
                if self.past.len() >= PAST {
                    // An endless stream has used every port pair many times over.
                    self.past.clear();
                }
                let [high, low] = halves(digest);
                self.past.insert_unique(digest, (high, low, uses), hasher);
            }
        }
    }

    fn earlier_uses(&self, digest: u64) -> u32 {
        let past = self.past.find(digest, |past| whole(past) == digest);
        past.map_or(0, |past| past.2)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.slots.iter_mut()
    }

    pub(super) fn into_inner(self) -> Vec<Slot> {
        self.slots
    }
}

/// The same for one tuple in every run: shares, and with them what memory holds, must not depend on chance.
pub(super) fn digest(tuple: &FourTuple) -> u64 {
    FixedState::default().hash_one(tuple)
}

const fn halves(digest: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = digest.to_be_bytes();
    [
        u32::from_be_bytes([a, b, c, d]),
        u32::from_be_bytes([e, f, g, h]),
    ]
}

fn whole(past: &Past) -> u64 {
    u64::from(past.0) << 32 | u64::from(past.1)
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
