//! How the replay of a connection begins, and what each form of it takes.

use super::Look;
use super::settings::{Effort, Tap};
use super::slots::{Slot, State};
use super::young::Young;
use crate::replay::{Facts, Replay, Textbook};

/// What a replay in full takes, in octets; what each segment adds to its trails; and how many segments do.
pub(super) const LIVE: usize = 7 * 1024;
pub(super) const SEGMENT: usize = 12;
pub(super) const SEGMENTS: u16 = 1024;

/// What a place takes, estimated.
pub(super) fn weight(slot: &Slot) -> usize {
    match &slot.state {
        State::Empty => 0,
        State::Young(young) => young.weight(),
        State::Live(_) => LIVE + usize::from(slot.segments) * SEGMENT,
        State::Packed(octets) => octets.len(),
    }
}

/// How replays begin.
pub(super) struct Making {
    pub(super) effort: Effort,
    pub(super) tap: Tap,
    pub(super) look: Look,
    /// Whether connections of which nothing is to be said are only counted.
    pub(super) counts: bool,
}

impl Making {
    /// The replay before the first segment.
    pub(super) fn fresh(&self, slot: &Slot) -> Box<Replay> {
        let mut replay = Box::new(Replay::after(slot.earlier, slot.tuple));
        replay.be_taken_at(self.tap);
        if self.effort.thorough {
            replay.be_thorough();
        }
        if self.look.watches(&slot.tuple) {
            replay.watch(self.look.near.clone());
        }
        if self.look.measure {
            replay.measure();
        }
        replay
    }

    /// A connection that needs only be counted, whatever is known of the capture but its hosts' numbers.
    pub(super) fn textbook(&self, slot: &Slot) -> Option<Textbook> {
        match &slot.state {
            State::Young(young) if self.counts && slot.earlier == 0 => young.textbook(&slot.tuple),
            _ => None,
        }
    }

    /// The replay of a connection that has only begun.
    pub(super) fn grown(&self, slot: &Slot, young: &Young, facts: &mut Facts) -> Box<Replay> {
        let mut replay = self.fresh(slot);
        for seen in young.each() {
            replay.observe(&seen, facts);
        }
        replay
    }
}
