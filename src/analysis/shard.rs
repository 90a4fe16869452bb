//! A share of the connections: finds the one of each segment, replays it, and settles all of them when the record has
//! ended. Which connections share a shard changes nothing in what is said about them.

use super::intake::Routed;
use super::settings::Settings;
use crate::flow::FourTuple;
use crate::replay::{self, Facts, Replay, Verdicts, settle};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// What was said about one 4-tuple, by the frame that it began with: a name that no other 4-tuple has.
pub(super) type Settled = (u64, FourTuple, Verdicts);

#[derive(Default)]
pub(super) struct Shard {
    /// Only looked up, never iterated: the order of everything is that of `replays`.
    index: HashMap<FourTuple, usize, RandomState>,
    replays: Vec<(u64, Replay)>,
    facts: Facts,
    watched: Option<FourTuple>,
    thorough: bool,
}

impl Shard {
    pub(super) fn new(watched: Option<FourTuple>, settings: &Settings) -> Self {
        Self {
            watched,
            thorough: settings.effort.thorough,
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, routed: &Routed) {
        let Routed { tuple, seen } = routed;
        let at = *self.index.entry(*tuple).or_insert_with(|| {
            let mut replay = Replay::new(*tuple);
            if self.thorough {
                replay.be_thorough();
            }
            if self.watched == Some(tuple.outside_tunnels()) {
                replay.watch();
            }
            self.replays.push((seen.frame, replay));
            self.replays.len() - 1
        });
        if let Some((_, replay)) = self.replays.get_mut(at) {
            replay.observe(seen, &mut self.facts);
        }
    }

    /// What the connections show of the capture, once no more segments come.
    pub(super) fn contribute(&mut self) -> Facts {
        for (_, replay) in &self.replays {
            replay.contribute(&mut self.facts);
        }
        std::mem::take(&mut self.facts)
    }

    pub(super) fn settle(self, facts: &Facts, settings: &replay::Settings) -> Vec<Settled> {
        let settled = |(name, replay): (u64, Replay)| {
            let tuple = *replay.tuple();
            (name, tuple, settle(replay, facts, settings))
        };
        self.replays.into_iter().map(settled).collect()
    }
}
