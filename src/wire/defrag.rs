//! Reassembly of IP fragments (RFC 791 section 3.2, RFC 8200 section 4.5). Not a receiver: what overlaps and disagrees
//! is not resolved, because no two stacks resolve it alike; such a datagram gives nothing, is counted and is told.
//!
//! Bounded by memory, by number and by age in capture time. Where a snap length cut the fragments, the datagram still
//! has its length, and the octets up to the first that is missing.

use super::Undecoded;
use super::checksum;
use super::ip::{Datagram, Fragment, is_extension};
use super::tunnel;
use super::tunnel_key::TunnelKey;
use super::waiting::{Head, Piece, Print, Waiting};
use crate::tcp::Marks;
use crate::time::{Span, Timestamp};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;

/// The longest that a fragment waits (RFC 8200 section 4.5).
const AGE: Span = Span::from_secs(60);
/// Datagrams that wait, and datagrams that are remembered as complete.
const DATAGRAMS: usize = 4096;
/// Octets that wait.
const OCTETS: usize = 16 * 1024 * 1024;
/// No datagram is longer.
pub(super) const LONGEST: usize = 65_535;
/// Disagreements that are told one by one.
const TOLD: usize = 64;

/// Where and when a fragment was recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// 1-based frame number.
    pub(super) frame: u64,
    pub(super) time: Option<Timestamp>,
}

/// Two fragments of one datagram that cannot both be right: different octets for one place, or different ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The frames, the earlier one first.
    pub frames: (u64, u64),
    /// Source of the datagram.
    pub source: IpAddr,
    /// Destination of the datagram.
    pub destination: IpAddr,
    /// Its identification.
    pub id: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    tunnel: TunnelKey,
    source: IpAddr,
    destination: IpAddr,
    id: u32,
    /// Part of the key in IPv4 only.
    protocol: Option<u8>,
}

/// A datagram put together.
#[derive(Debug)]
pub(super) struct Whole {
    source: IpAddr,
    destination: IpAddr,
    octets: Vec<u8>,
    length: usize,
    head: Head,
}

impl Whole {
    pub(super) fn datagram(&self) -> Result<Datagram<'_>, Undecoded> {
        let datagram = Datagram {
            source: self.source,
            destination: self.destination,
            protocol: self.head.protocol,
            octets: &self.octets,
            length: self.length,
            fragment: None,
            marks: Marks {
                fragmented: true,
                length_from_record: false,
                ..self.head.marks
            },
            final_destination: self.head.final_destination,
        };
        datagram.unwrapped()
    }
}

/// Where the fragment in `datagram` belongs, if it is one that can be put together and may lead to a segment.
fn admitted(datagram: &Datagram<'_>) -> Result<Fragment, Undecoded> {
    let fragment = datagram.fragment.ok_or(Undecoded::IpMalformed)?;
    let carried = datagram.protocol;
    if !tunnel::may_carry(carried) && !is_extension(carried) {
        return Err(Undecoded::Protocol(carried));
    }
    let end = fragment.start.saturating_add(datagram.length);
    let ragged = fragment.more && !datagram.length.is_multiple_of(8);
    if datagram.length == 0 || ragged || end > LONGEST {
        return Err(Undecoded::IpMalformed);
    }
    Ok(fragment)
}

#[derive(Debug)]
struct Completed {
    since: Option<Timestamp>,
    prints: Vec<Print>,
}

/// The datagrams that wait for fragments.
#[derive(Debug, Default)]
pub(super) struct Defrag {
    /// Only looked up; the queues hold the order.
    waiting: HashMap<Key, Waiting>,
    queue: VecDeque<Key>,
    completed: HashMap<Key, Completed>,
    completed_queue: VecDeque<Key>,
    octets: usize,
    counts: BTreeMap<Undecoded, u64>,
    disagreements: Vec<Disagreement>,
}

impl Defrag {
    /// Takes a fragment; gives the datagram that it completes.
    pub(super) fn add(
        &mut self,
        datagram: &Datagram<'_>,
        tunnel: TunnelKey,
        at: Moment,
    ) -> Result<Whole, Undecoded> {
        let fragment = admitted(datagram)?;
        let now = at.time;
        self.forget_old(now);
        let key = Key {
            tunnel,
            source: datagram.source,
            destination: datagram.destination,
            id: fragment.id,
            protocol: datagram.source.is_ipv4().then_some(datagram.protocol),
        };
        let piece = Piece {
            print: Print {
                start: fragment.start,
                length: datagram.length,
                sum: checksum::sum(datagram.octets),
            },
            octets: datagram.octets.to_vec(),
            frame: at.frame,
        };
        let repeats = self
            .completed
            .get(&key)
            .is_some_and(|completed| completed.prints.contains(&piece.print));
        let waiting = self.waiting.entry(key).or_insert_with(|| {
            self.queue.push_back(key);
            Waiting {
                since: now,
                protocol: datagram.protocol,
                ..Waiting::default()
            }
        });
        waiting.repeated = waiting.repeated.saturating_add(u64::from(repeats));
        let before = waiting.octets;
        if let Some(other) = waiting.receive(datagram, piece, fragment.more)
            && self.disagreements.len() < TOLD
        {
            self.disagreements.push(Disagreement {
                frames: (other, at.frame),
                source: key.source,
                destination: key.destination,
                id: key.id,
            });
        }
        self.octets = self
            .octets
            .saturating_add(waiting.octets.saturating_sub(before));
        let Some((total, head)) = waiting.complete().zip(waiting.head) else {
            self.keep_bounds();
            return Err(Undecoded::Waiting);
        };
        let whole = Whole {
            source: key.source,
            destination: key.destination,
            octets: waiting.assemble(total),
            length: total,
            head,
        };
        self.complete(key, now);
        Ok(whole)
    }

    /// Fragments that cannot be of one datagram; of many the first ones.
    pub(super) fn disagreements(&self) -> &[Disagreement] {
        &self.disagreements
    }

    /// Frames that gave no segment of their own, by reason; whatever still waits is given up.
    pub(super) fn finish(&mut self) -> BTreeMap<Undecoded, u64> {
        while let Some(key) = self.queue.front().copied() {
            self.give_up(key);
        }
        std::mem::take(&mut self.counts)
    }

    fn complete(&mut self, key: Key, now: Option<Timestamp>) {
        let Some(waiting) = self.release(key) else {
            return;
        };
        // The frame that completes a datagram is the one that gives its segment.
        self.count(Undecoded::Reassembled, waiting.frames.saturating_sub(1));
        let prints = waiting.pieces.iter().map(|piece| piece.print).collect();
        let completed = Completed { since: now, prints };
        if self.completed.insert(key, completed).is_none() {
            self.completed_queue.push_back(key);
        }
        if self.completed_queue.len() > DATAGRAMS
            && let Some(oldest) = self.completed_queue.pop_front()
        {
            self.completed.remove(&oldest);
        }
    }

    fn give_up(&mut self, key: Key) {
        let Some(waiting) = self.release(key) else {
            return;
        };
        self.count(Undecoded::Repeated, waiting.repeated);
        self.count(
            waiting.reason(),
            waiting.frames.saturating_sub(waiting.repeated),
        );
    }

    fn release(&mut self, key: Key) -> Option<Waiting> {
        // It is one of the first unless many wait.
        if let Some(at) = self.queue.iter().position(|other| *other == key) {
            self.queue.remove(at);
        }
        let waiting = self.waiting.remove(&key)?;
        self.octets = self.octets.saturating_sub(waiting.octets);
        Some(waiting)
    }

    fn count(&mut self, reason: Undecoded, frames: u64) {
        if frames > 0 {
            let count = self.counts.entry(reason).or_default();
            *count = count.saturating_add(frames);
        }
    }

    fn forget_old(&mut self, now: Option<Timestamp>) {
        let old = |since: Option<Timestamp>| {
            since
                .zip(now)
                .is_some_and(|(since, now)| now.since(since) > AGE)
        };
        while let Some(key) = self.queue.front().copied()
            && self
                .waiting
                .get(&key)
                .is_none_or(|waiting| old(waiting.since))
        {
            self.give_up(key);
        }
        while let Some(key) = self.completed_queue.front()
            && self.completed.get(key).is_none_or(|done| old(done.since))
        {
            self.completed.remove(key);
            self.completed_queue.pop_front();
        }
    }

    fn keep_bounds(&mut self) {
        while (self.queue.len() > DATAGRAMS || self.octets > OCTETS)
            && let Some(key) = self.queue.front().copied()
        {
            self.give_up(key);
        }
    }
}
