//! Connections at rest: the whole state of a replay in a few hundred octets, until its next segment comes.
//!
//! What only matters while segments follow each other (the trails) is forgotten first, which answers in favour of the
//! endpoints. Accusations are not packed: a connection that has any stays as it is.

use super::copies::Recent;
use super::ordinary::is_between_hosts;
use super::{Profiles, Replay};
use crate::flow::Side;

impl Replay {
    /// The state in few octets. `None` if it cannot be had so.
    pub fn pack(&mut self, scratch: &mut Vec<u8>) -> Option<Box<[u8]>> {
        let waits = self.has_inside_syns() || self.translation.holds();
        if !self.cases.is_empty() || self.steps.is_some() || waits {
            return None;
        }
        for incarnation in &mut self.connection.incarnations {
            for side in Side::BOTH {
                let end = incarnation.ends.get_mut(side);
                end.acks.shrink();
                end.clock.shrink();
                end.news.shrink();
                end.offers.shrink();
                end.sums = crate::flow::TextSums::default();
            }
        }
        for notes in &mut self.notes {
            notes.clockwork.shrink();
            for side in Side::BOTH {
                notes.story.doings.get_mut(side).recent = Recent::default();
            }
        }
        let mut octets = std::mem::take(scratch);
        octets.clear();
        *scratch = postcard::to_extend(self, octets).ok()?;
        Some(scratch.as_slice().into())
    }

    /// The replay that was packed.
    pub fn unpack(octets: &[u8]) -> Option<Self> {
        let mut replay: Self = postcard::from_bytes(octets).ok()?;
        replay.between_hosts = is_between_hosts(replay.tuple());
        Some(replay)
    }

    /// Whether its newest incarnation has ended.
    pub fn is_over(&self) -> bool {
        let newest = self.connection.incarnations.last();
        newest.is_some_and(crate::flow::Incarnation::is_over)
    }

    /// Whether no fact about the capture can change what is said of it.
    pub fn is_final(&self, profiles: &Profiles) -> bool {
        let forks = |incarnation: &crate::flow::Incarnation| incarnation.fork_of.is_some();
        self.cases.is_empty()
            && !self.has_inside_syns()
            && !self.connection.incarnations.iter().any(forks)
            && self.omissions(profiles).is_empty()
    }

    /// How often its ports were used, earlier uses included.
    pub fn uses(&self) -> usize {
        self.connection.incarnations.len()
    }

    /// The first frames of those that began after so many.
    pub fn begun_after(&self, uses: usize) -> impl Iterator<Item = u64> {
        let begun = self.connection.incarnations.iter().skip(uses);
        begun.filter_map(|incarnation| Some(incarnation.frames?.0))
    }

    /// Whether this goes on with a connection that was settled when memory was short: what it lacks was recorded.
    pub(super) fn is_resumed(&self, at: usize) -> bool {
        let first = self.connection.incarnations.first();
        at == 0 && self.earlier > 0 && first.is_some_and(|first| first.midstream)
    }

    /// Gives up what is under accusation here. Returns how many accusations there were.
    pub fn drop_accusations(&mut self) -> u64 {
        let mut dropped = self.cases.len();
        self.cases.clear();
        for notes in &mut self.notes {
            dropped = dropped.saturating_add(notes.inside_syns.len());
            notes.inside_syns.clear();
        }
        for incarnation in &mut self.connection.incarnations {
            incarnation.fork_of = None;
        }
        u64::try_from(dropped).unwrap_or(u64::MAX)
    }

    fn has_inside_syns(&self) -> bool {
        self.notes.iter().any(|notes| !notes.inside_syns.is_empty())
    }
}
