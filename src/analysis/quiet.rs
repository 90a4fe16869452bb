//! What connections add up to, and those of which nothing is to be said but that they were there.

use crate::finding::{CaptureRecord, FlowRecord, Handshake};
use crate::replay::Textbook;
use std::collections::{BTreeMap, BTreeSet};

/// Tags of a connection that say something about the recording.
pub(super) const CAPTURE_TAGS: [&str; 3] = ["capture-loss", "midstream-start", "one-direction"];

/// Sums over connections. Adding is associative and commutative.
#[derive(Debug, Default)]
pub(super) struct Sums {
    acknowledged: u64,
    acknowledged_seen: u64,
    sequence_bearing: u64,
    tags: BTreeSet<&'static str>,
    /// Connections that are only counted, by how they were opened.
    quiet: BTreeMap<Handshake, u64>,
    /// The first frames of the latest of them, by which all connections are numbered.
    firsts: Vec<u64>,
}

impl Sums {
    /// Adds what one connection shows of the capture.
    pub(super) fn add(&mut self, flow: &FlowRecord) {
        let acknowledged: u64 = flow.acknowledged.iter().sum();
        let missed = flow.missed.iter().sum();
        self.acknowledged += acknowledged;
        self.acknowledged_seen += acknowledged.saturating_sub(missed);
        self.sequence_bearing += flow.sequence_bearing;
        let tags = flow.tags.iter().filter(|tag| CAPTURE_TAGS.contains(tag));
        self.tags.extend(tags);
    }

    /// Counts one that nothing else is kept of.
    pub(super) fn count(&mut self, flow: &FlowRecord) {
        self.add(flow);
        *self.quiet.entry(flow.handshake).or_default() += 1;
        self.firsts.push(flow.frames.0);
    }

    /// The same of one that was not replayed.
    pub(super) fn count_textbook(&mut self, connection: &Textbook) {
        self.acknowledged += connection.acknowledged();
        self.acknowledged_seen += connection.acknowledged();
        self.sequence_bearing += connection.sequence_bearing();
        *self.quiet.entry(Handshake::ThreeWay).or_default() += 1;
        self.firsts.push(connection.first());
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.acknowledged_seen += other.acknowledged_seen;
        self.sequence_bearing += other.sequence_bearing;
        self.tags.extend(other.tags);
        for (handshake, connections) in other.quiet {
            *self.quiet.entry(handshake).or_default() += connections;
        }
        self.firsts.extend(other.firsts);
    }

    /// The first frames of those that were only counted since the last call.
    pub(super) fn firsts(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.firsts)
    }

    /// Connections that were only counted, are among the [`Self::firsts`] and began before this frame; once they are [`Self::in_order`].
    pub(super) fn before(&self, frame: u64) -> usize {
        self.firsts.partition_point(|first| *first < frame)
    }

    pub(super) fn in_order(&mut self) {
        self.firsts.sort_unstable();
    }

    pub(super) fn describe(self, record: &mut CaptureRecord) {
        record.acknowledged = self.acknowledged;
        record.acknowledged_seen = self.acknowledged_seen;
        record.sequence_bearing = self.sequence_bearing;
        record.tags.extend(self.tags);
        record.quiet = self.quiet;
    }
}
