//! A whole connection as the textbook has it: three segments to open, every octet once and in order, every acknowledgment and window where
//! it stood or further on, a FIN of each side, and nothing after the last acknowledgment. No rule refuses any of it, whatever is known of
//! the capture, so that it need not be replayed to be counted.
//!
//! Not a second opinion: what is recognised here is a small part of what the replay finds nothing against, and tests hold the two
//! together. Whatever is the least bit out of the ordinary is left to the replay.

use super::health::Facts;
use super::openings::Opening;
use super::ordinary::is_between_hosts;
use super::tap::{Handshaken, Tally};
use crate::flow::{FourTuple, Observation, Pair, Side, newer};
use crate::tcp::{Checksum, Flags, Marks, Options, Segment, SeqNum, TimestampOption};
use crate::time::{Span, Timestamp};
use std::net::IpAddr;
use tinyvec::ArrayVec;

/// What is longer may have waited for something.
const LONGEST: Span = Span::from_millis(1_500);

/// TSvals of one side that are remembered.
const STAMPS: usize = 16;

/// What a side has sent; numbers count from its SYN.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    iss: SeqNum,
    frame: u64,
    time: Timestamp,
    ttl: u8,
    mss: u32,
    shift: Option<u8>,
    sack: bool,
    /// The TSvals that it has sent, oldest first.
    stamps: ArrayVec<[u32; STAMPS]>,
    echo: u32,
    next: u32,
    acked: u32,
    edge: u64,
    fin: bool,
    sequence_bearing: u64,
    tally: Tally,
}

/// A connection from its SYN to the acknowledgment of its last FIN.
#[derive(Clone, Debug)]
pub struct Textbook {
    tuple: FourTuple,
    opener: Side,
    ends: Pair<End>,
    third: Option<Timestamp>,
    last: Timestamp,
}

impl Textbook {
    /// The connection that begins with this SYN, so far.
    pub fn of(tuple: &FourTuple, seen: &Observation) -> Option<Self> {
        let ports = Side::BOTH.map(|side| tuple.address(side).port());
        let segment = &seen.segment;
        let time = seen.time?;
        let hosts = is_between_hosts(tuple) && !ports.contains(&0);
        let opens = segment.flags == Flags::SYN && segment.text == 0 && is_plain(segment);
        let stamps = segment.options.timestamps;
        if !hosts || !opens || stamps.is_some_and(|ts| ts.ecr != 0) {
            return None;
        }
        let mut this = Self {
            tuple: *tuple,
            opener: seen.side,
            ends: Pair::default(),
            third: None,
            last: time,
        };
        *this.ends.get_mut(seen.side) = End::opening(seen, time)?;
        Some(this)
    }

    /// Takes in the next segment; whether it may still be of the textbook.
    pub fn take(&mut self, seen: &Observation) -> bool {
        self.goes_on(seen).is_some()
    }

    fn goes_on(&mut self, seen: &Observation) -> Option<()> {
        let time = seen.time.filter(|time| *time >= self.last)?;
        let begun = self.ends.get(self.opener).time;
        if time.since(begun) > LONGEST || !is_plain(&seen.segment) || self.is_over() {
            return None;
        }
        self.last = time;
        let (own, peer) = (*self.ends.get(seen.side), *self.ends.get(seen.side.other()));
        let own = if own.next == 0 {
            answered(seen, time, &peer)?
        } else {
            went_on(seen, own, &peer)?
        };
        if self.third.is_none() && seen.side == self.opener {
            self.third = Some(time);
        }
        // Nobody may have anything but the SYN of a side that has not been acknowledged.
        if self.third.is_none() && seen.segment.flags != Flags::SYN.with(Flags::ACK) {
            return None;
        }
        *self.ends.get_mut(seen.side) = own;
        Some(())
    }

    /// Whether both FINs are acknowledged.
    pub fn is_over(&self) -> bool {
        let done = |side: Side| {
            let (own, peer) = (self.ends.get(side), self.ends.get(side.other()));
            own.fin && peer.acked == own.next
        };
        Side::BOTH.into_iter().all(done)
    }

    /// The frame of its first segment.
    pub const fn first(&self) -> u64 {
        self.ends.get(self.opener).frame
    }

    /// Sequence numbers that each side used, which its peer has acknowledged.
    pub fn acknowledged(&self) -> u64 {
        let used = Side::BOTH.map(|side| u64::from(self.ends.get(side).next));
        used.iter().sum()
    }

    /// Segments with sequence numbers.
    pub fn sequence_bearing(&self) -> u64 {
        let bearing = Side::BOTH.map(|side| self.ends.get(side).sequence_bearing);
        bearing.iter().sum()
    }

    /// The hosts that opened and answered it.
    pub fn hosts(&self) -> [IpAddr; 2] {
        Side::BOTH.map(|side| self.tuple.address(side).ip())
    }

    /// Adds what it shows of the capture.
    pub fn contribute(&self, facts: &mut Facts) {
        self.contribute_alone(facts);
        for opened in self.opened() {
            facts.openings.add(opened.ends.0.ip(), opened);
        }
    }

    /// The same without the numbers that its hosts chose.
    pub fn contribute_alone(&self, facts: &mut Facts) {
        let tallies = Pair::new(
            self.ends.get(Side::Low).tally,
            self.ends.get(Side::High).tally,
        );
        let handshake = Handshaken {
            opener: self.opener,
            syn: Some(self.ends.get(self.opener).time),
            answer: Some(self.ends.get(self.opener.other()).time),
            third: self.third,
        };
        facts.taps.hear_one(&self.tuple, &tallies, handshake);
    }

    /// Whether its hosts' numbers, over all connections, tell something of one of its SYNs.
    pub fn is_telling(&self, facts: &Facts) -> bool {
        let tells = |opened: Opening| {
            facts
                .openings
                .series(opened.ends.0.ip(), opened.frame)
                .is_some()
        };
        self.opened().into_iter().any(tells)
    }

    fn opened(&self) -> [Opening; 2] {
        Side::BOTH.map(|side| Opening {
            frame: self.ends.get(side).frame,
            ends: (self.tuple.address(side), self.tuple.address(side.other())),
            number: self.ends.get(side).iss.0,
        })
    }
}

impl End {
    /// After its SYN.
    fn opening(seen: &Observation, time: Timestamp) -> Option<Self> {
        let (segment, options) = (&seen.segment, &seen.segment.options);
        let mut own = Self {
            iss: segment.seq,
            frame: seen.frame,
            time,
            ttl: segment.marks.ttl,
            mss: options.mss.filter(|mss| *mss <= 65_495).map(u32::from)?,
            shift: options.window_scale,
            sack: options.sack_permitted,
            stamps: options.timestamps.iter().map(|ts| ts.val).collect(),
            next: 1,
            sequence_bearing: 1,
            ..Self::default()
        };
        own.tally.note(seen);
        own.shift.is_none_or(|shift| shift <= 14).then_some(own)
    }

    /// Takes in a timestamps option after the SYN: of a side that has sent one, and neither goes back nor leads.
    fn stamp(&mut self, stamps: Option<TimestampOption>, peer: &Self) -> bool {
        let Some(ts) = stamps else {
            return self.stamps.is_empty() || peer.stamps.is_empty();
        };
        let (Some(&last), true) = (self.stamps.last(), peer.stamps.contains(&ts.ecr)) else {
            return false;
        };
        let back = newer(last, ts.val) || newer(self.echo, ts.ecr) && self.acked > 0;
        if last != ts.val && self.stamps.len() < STAMPS {
            self.stamps.push(ts.val);
        }
        self.echo = ts.ecr;
        !back && self.stamps.last() == Some(&ts.val)
    }

    /// Takes in an acknowledgment of everything up to `acked`, and the window behind it.
    fn offer(&mut self, acked: u32, window: u64) -> bool {
        let edge = u64::from(acked) + window;
        let holds = acked >= self.acked && edge >= self.edge;
        self.acked = acked;
        self.edge = edge;
        holds
    }
}

/// The SYN-ACK, which takes no more than the SYN has offered.
fn answered(seen: &Observation, time: Timestamp, peer: &End) -> Option<End> {
    let segment = &seen.segment;
    let answers = segment.flags == Flags::SYN.with(Flags::ACK)
        && segment.text == 0
        && segment.ack == peer.iss.advance(1);
    let mut own = End::opening(seen, time).filter(|_| answers)?;
    let asked = own.shift.is_some() == peer.shift.is_some()
        && (own.stamps.is_empty() || !peer.stamps.is_empty())
        && (!own.sack || peer.sack);
    let echo = segment.options.timestamps.map(|ts| ts.ecr);
    own.echo = echo.unwrap_or_default();
    let echoes = echo.is_none_or(|ecr| peer.stamps.last() == Some(&ecr));
    (asked && echoes && own.offer(1, segment.wnd.into())).then_some(own)
}

/// Any later segment: new octets, a FIN, or a higher acknowledgment.
fn went_on(seen: &Observation, mut own: End, peer: &End) -> Option<End> {
    let segment = &seen.segment;
    let (flags, text) = (segment.flags.without(Flags::PSH), segment.text);
    let fin = flags == Flags::ACK.with(Flags::FIN);
    let shape = (fin || flags == Flags::ACK)
        && !(own.fin && (text > 0 || fin))
        && segment.options.mss.is_none()
        && segment.options.window_scale.is_none()
        && !segment.options.sack_permitted;
    let acked = segment.ack.0.wrapping_sub(peer.iss.0);
    let fits = segment.seq == own.iss.advance(own.next)
        && peer.next > 0
        && (1..=peer.next).contains(&acked)
        && (text > 0 || fin || acked > own.acked)
        && segment.marks.ttl == own.ttl
        && (text == 0 || text.saturating_add(segment.option_octets.into()) <= peer.mss);
    let end = own.next.checked_add(text)?;
    let window = u64::from(segment.wnd) << own.shift.unwrap_or(0);
    let takes = fits && shape && u64::from(end) <= peer.edge.max(u64::from(own.next));
    if !takes || !own.stamp(segment.options.timestamps, peer) || !own.offer(acked, window) {
        return None;
    }
    own.next = end + u32::from(fin);
    own.fin |= fin;
    own.sequence_bearing += u64::from(text > 0 || fin);
    own.tally.note(seen);
    Some(own)
}

/// Whether nothing in the headers asks for a closer look.
fn is_plain(segment: &Segment) -> bool {
    let marks = Marks {
        ttl: segment.marks.ttl,
        ip_id: segment.marks.ip_id,
        ..Marks::default()
    };
    let options = &segment.options;
    let plain = Options {
        mss: options.mss,
        window_scale: options.window_scale,
        sack_permitted: options.sack_permitted,
        timestamps: options.timestamps,
        ..Options::default()
    };
    segment.wnd != 0
        && segment.up == 0
        && segment.checksum != Checksum::Bad
        && !segment.short_header
        && segment.marks == marks
        && *options == plain
}
