//! Reassembly of IP fragments (RFC 791 section 3.2, RFC 8200 section 4.5). Not a receiver: what overlaps and disagrees
//! is not resolved, because no two stacks resolve it alike; such a datagram gives nothing and is counted.
//!
//! Bounded by memory, by number and by age in capture time. Where a snap length cut the fragments, the datagram still
//! has its length, and the octets up to the first that is missing.

use super::Undecoded;
use super::checksum;
use super::ip::{Datagram, Fragment, is_extension};
use super::tunnel::{self, UDP};
use super::tunnel_key::TunnelKey;
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
/// What a piece takes beside its octets.
const OVERHEAD: usize = 64;
/// Pieces of one datagram: more than 65 535 octets make at the smallest MTU.
const PIECES: usize = 2048;
/// No datagram is longer.
const LONGEST: usize = 65_535;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    tunnel: TunnelKey,
    source: IpAddr,
    destination: IpAddr,
    id: u32,
    /// Part of the key in IPv4 only.
    protocol: Option<u8>,
}

/// A fragment in short, to know its repetition by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Print {
    start: usize,
    length: usize,
    sum: u16,
}

#[derive(Debug)]
struct Piece {
    print: Print,
    octets: Vec<u8>,
}

impl Piece {
    fn end(&self) -> usize {
        self.print.start.saturating_add(self.print.length)
    }

    /// Whether two pieces state different octets for one place.
    fn contradicts(&self, other: &Self) -> bool {
        let start = self.print.start.max(other.print.start);
        let known = |piece: &Self| piece.print.start.saturating_add(piece.octets.len());
        let end = known(self).min(known(other));
        let part = |piece: &Self| -> Option<Vec<u8>> {
            let from = start.checked_sub(piece.print.start)?;
            let to = end.checked_sub(piece.print.start)?;
            piece.octets.get(from..to).map(<[u8]>::to_vec)
        };
        start < end && part(self) != part(other)
    }
}

/// What the first fragment says of the datagram.
#[derive(Clone, Copy, Debug)]
struct Head {
    protocol: u8,
    marks: Marks,
    final_destination: bool,
}

#[derive(Debug, Default)]
struct Waiting {
    since: Option<Timestamp>,
    protocol: u8,
    pieces: Vec<Piece>,
    octets: usize,
    /// Where the last fragment ends.
    total: Option<usize>,
    head: Option<Head>,
    frames: u64,
    /// Those of them that repeat a fragment of a datagram which is complete.
    repeated: u64,
    spoiled: bool,
}

impl Waiting {
    fn receive(&mut self, datagram: &Datagram<'_>, piece: Piece, more: bool) {
        self.frames = self.frames.saturating_add(1);
        if piece.print.start == 0 {
            self.protocol = datagram.protocol;
            self.head.get_or_insert(Head {
                protocol: datagram.protocol,
                marks: datagram.marks,
                final_destination: datagram.final_destination,
            });
        }
        self.spoiled = self.spoiled || !self.take(piece, more);
    }

    /// Takes a piece; false where it cannot belong with those that are there.
    fn take(&mut self, piece: Piece, more: bool) -> bool {
        let end = piece.end();
        if !more {
            if self.total.is_some_and(|total| total != end) {
                return false;
            }
            self.total = Some(end);
        }
        let furthest = self.pieces.iter().map(Piece::end).max().unwrap_or(0);
        let beyond = self.total.is_some_and(|total| furthest.max(end) > total);
        if beyond
            || self.pieces.len() >= PIECES
            || self.pieces.iter().any(|other| other.contradicts(&piece))
        {
            return false;
        }
        if !self.pieces.iter().any(|other| other.print == piece.print) {
            let at = self
                .pieces
                .partition_point(|other| other.print.start <= piece.print.start);
            let size = piece.octets.len().saturating_add(OVERHEAD);
            self.octets = self.octets.saturating_add(size);
            self.pieces.insert(at, piece);
        }
        true
    }

    /// The length of the datagram, once no place in it is uncovered.
    fn complete(&self) -> Option<usize> {
        let total = self.total.filter(|_| !self.spoiled)?;
        let covered = self.pieces.iter().try_fold(0, |covered: usize, piece| {
            (piece.print.start <= covered).then(|| covered.max(piece.end()))
        });
        covered.filter(|covered| *covered >= total).map(|_| total)
    }

    /// The octets from the start to the first that no record holds.
    fn assemble(&self, total: usize) -> Vec<u8> {
        let mut whole = Vec::with_capacity(total.min(LONGEST));
        for piece in &self.pieces {
            let Some(known) = whole.len().checked_sub(piece.print.start) else {
                break;
            };
            whole.extend_from_slice(piece.octets.get(known..).unwrap_or_default());
        }
        whole
    }

    /// Why the frames of a datagram that is given up count, those that repeat nothing.
    fn reason(&self) -> Undecoded {
        let first = self.pieces.first().filter(|piece| piece.print.start == 0);
        match self.protocol {
            _ if self.spoiled => Undecoded::Overlap,
            // Of a fragment without ports nothing says that it is a tunnel.
            UDP if !first.is_some_and(|piece| tunnel::has_tunnel_port(&piece.octets)) => {
                Undecoded::Protocol(UDP)
            }
            _ => Undecoded::Fragment,
        }
    }
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
}

impl Defrag {
    /// Takes a fragment; gives the datagram that it completes.
    pub(super) fn add(
        &mut self,
        datagram: &Datagram<'_>,
        tunnel: TunnelKey,
        now: Option<Timestamp>,
    ) -> Result<Whole, Undecoded> {
        let fragment = admitted(datagram)?;
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
        waiting.receive(datagram, piece, fragment.more);
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
