//! A connection that has only begun: its segments as they came, in few octets each, until something has to be said about them. Most connections
//! of most captures end before that, so that they are replayed once and in one go.
//!
//! Kept is only what cannot be anything but one connection: a SYN, its answer, and what goes on with both without a gap in their numbers.

use super::compact::{Bits, Entry};
use crate::flow::{FourTuple, Observation, Side};
use crate::replay::Textbook;
use crate::tcp::{Checksum, Options, Segment, SeqNum};

/// Segments beyond these are no beginning any more.
const MOST: usize = 32;

/// Room that is made at once for further segments.
const ROOM: usize = 4;

/// What a place takes beside what it holds: itself, where it waits, how it is found, and what the heap needs for its parts.
const PLACE: usize = 320;

/// How far behind the end of its stream a segment may stand.
const BEHIND: i32 = 1 << 16;

/// How far one side has come.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    iss: SeqNum,
    /// One past its highest number.
    next: SeqNum,
    /// Whether it has sent its FIN.
    closed: bool,
    /// Whether its peer has acknowledged it.
    released: bool,
}

/// A connection that has only begun.
#[derive(Debug)]
pub(super) struct Young {
    entries: Vec<Entry>,
    /// Of the segments that have [`Bits::OPTIONS`], in their order.
    options: Vec<Options>,
    /// Of those that have [`Bits::HEADS`].
    heads: Vec<[u16; 8]>,
    opener: Side,
    opening: End,
    answering: End,
    answered: bool,
    reset: bool,
}

impl Young {
    /// The beginning of a connection, if that is what the segment is.
    pub(super) fn of(seen: &Observation) -> Option<Self> {
        let segment = &seen.segment;
        if !segment.is_bare_syn() || segment.fin() || !is_sound(segment) {
            return None;
        }
        let mut young = Self {
            entries: Vec::with_capacity(ROOM),
            options: Vec::new(),
            heads: Vec::new(),
            opener: seen.side,
            opening: End::at(segment),
            answering: End::default(),
            answered: false,
            reset: false,
        };
        young.keep(seen);
        Some(young)
    }

    /// Takes a segment that goes on with it; any other leaves it as it is.
    pub(super) fn take(&mut self, seen: &Observation) -> bool {
        let goes_on = self.entries.len() < MOST
            && !self.reset
            && is_sound(&seen.segment)
            && self.goes_on(seen);
        if goes_on {
            self.keep(seen);
        }
        goes_on
    }

    /// Whether a segment goes on with it; notes how far its sender has come then.
    fn goes_on(&mut self, seen: &Observation) -> bool {
        let segment = &seen.segment;
        let (own, peer) = if seen.side == self.opener {
            (&mut self.opening, &mut self.answering)
        } else {
            (&mut self.answering, &mut self.opening)
        };
        if !self.answered {
            let answers = seen.side != self.opener
                && segment.is_syn_ack()
                && !segment.fin()
                && segment.ack == peer.next;
            if answers {
                *own = End::at(segment);
                self.answered = true;
            }
            return answers;
        }
        let behind = |end: &End, number: SeqNum| {
            let back = end.next.distance_from(number);
            (0..BEHIND).contains(&back) && number.distance_from(end.iss) > 0
        };
        if segment.syn()
            || !segment.has_ack()
            || !behind(own, segment.seq)
            || !behind(peer, segment.ack)
        {
            return false;
        }
        let end = segment.seq.advance(segment.len());
        if end.distance_from(own.next) > 0 {
            own.next = end;
        }
        own.closed |= segment.fin();
        self.reset |= segment.rst();
        peer.released |= peer.closed && segment.ack == peer.next;
        true
    }

    /// Whether it has ended.
    pub(super) const fn is_over(&self) -> bool {
        self.reset || self.opening.released && self.answering.released
    }

    /// What it takes, in octets, estimated.
    pub(super) fn weight(&self) -> usize {
        PLACE
            + size_of::<Self>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.options.capacity() * size_of::<Options>()
            + self.heads.capacity() * size_of::<[u16; 8]>()
    }

    /// How many segments it has.
    pub(super) fn segments(&self) -> u16 {
        u16::try_from(self.entries.len()).unwrap_or(u16::MAX)
    }

    fn keep(&mut self, seen: &Observation) {
        let (entry, options) = Entry::of(seen);
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(ROOM);
        }
        self.entries.push(entry);
        self.options.extend(options.cloned());
        if entry.bits.has(Bits::HEADS) {
            self.heads.push(seen.segment.text_heads);
        }
    }

    /// All segments once more, in their order.
    pub(super) fn each(&self) -> impl Iterator<Item = Observation> {
        let (mut options, mut heads) = (self.options.iter(), self.heads.iter());
        self.entries.iter().map(move |entry| {
            let mut seen = entry.observation();
            if entry.bits.has(Bits::OPTIONS) {
                seen.segment.options = options.next().cloned().unwrap_or_default();
            }
            if entry.bits.has(Bits::HEADS) {
                seen.segment.text_heads = heads.next().copied().unwrap_or_default();
            }
            seen
        })
    }

    /// The whole connection, if it has ended as it should and nothing can be said of it.
    pub(super) fn textbook(&self, tuple: &FourTuple) -> Option<Textbook> {
        let mut segments = self.each();
        let mut textbook = Textbook::of(tuple, &segments.next().filter(|_| self.is_over())?)?;
        let whole = segments.all(|seen| textbook.take(&seen)) && textbook.is_over();
        whole.then_some(textbook)
    }
}

impl End {
    /// After the SYN.
    fn at(syn: &Segment) -> Self {
        Self {
            iss: syn.seq,
            next: syn.seq.advance(syn.len()),
            ..Self::default()
        }
    }
}

/// Whether every field of it is what was sent.
fn is_sound(segment: &Segment) -> bool {
    segment.checksum != Checksum::Bad && !segment.short_header
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::{Facts, Replay};
    use crate::tcp::{Direction, Flags, Framing, Marks, TimestampOption};
    use crate::time::Timestamp;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn marks() -> impl Strategy<Value = Marks> {
        let marks = (
            any::<u8>(),
            any::<Option<u16>>(),
            0..4_u8,
            any::<bool>(),
            any::<bool>(),
        );
        marks.prop_map(|(ttl, ip_id, ecn, fragmented, length_from_record)| Marks {
            ttl,
            ip_id,
            ecn,
            fragmented,
            length_from_record,
        })
    }

    fn options() -> impl Strategy<Value = Options> {
        let timestamps = any::<Option<(u32, u32)>>();
        (
            timestamps,
            any::<Option<u16>>(),
            any::<Option<u8>>(),
            any::<bool>(),
            any::<bool>(),
        )
            .prop_map(
                |(stamps, mss, window_scale, sack_permitted, blocks)| Options {
                    window_scale,
                    timestamps: stamps.map(|(val, ecr)| TimestampOption { val, ecr }),
                    mss,
                    sack_permitted,
                    sack: blocks
                        .then_some((SeqNum(5), SeqNum(9)))
                        .into_iter()
                        .collect(),
                    ..Options::default()
                },
            )
    }

    prop_compose! {
        fn segment()(
            numbers in any::<(u32, u32)>(),
            (flags, wnd, up) in any::<(u16, u16, u16)>(),
            (text, option_octets) in (0..70_000_u32, any::<u8>()),
            options in options(),
            checksum in select(vec![Checksum::Good, Checksum::Bad, Checksum::Offloaded, Checksum::Unknown]),
            text_sum in any::<Option<u16>>(),
            text_heads in any::<[u16; 8]>(),
            has_heads in any::<bool>(),
            marks in marks(),
        ) -> Segment {
            Segment {
                seq: SeqNum(numbers.0),
                ack: SeqNum(numbers.1),
                flags: Flags::from_bits(flags),
                wnd,
                up,
                text,
                option_octets,
                short_header: false,
                options,
                checksum,
                text_sum,
                text_heads: if has_heads { text_heads } else { [0; 8] },
                marks,
            }
        }
    }

    prop_compose! {
        fn observation()(
            frame in any::<u64>(),
            time in any::<Option<i64>>(),
            side in select(Side::BOTH.to_vec()),
            direction in select(vec![Direction::Unknown, Direction::Incoming, Direction::Outgoing]),
            padded in any::<Option<bool>>(),
            segment in segment(),
        ) -> Observation {
            Observation {
                frame,
                time: time.map(Timestamp::from_nanos),
                side,
                framing: Framing { direction, padded },
                segment,
            }
        }
    }

    fn tuple() -> FourTuple {
        let end = |host, port| std::net::SocketAddr::from(([10, 0, 0, host], port));
        FourTuple::of(end(1, 40_000), end(2, 80)).0
    }

    /// Numbers of two streams, right or a little wrong.
    fn number(start: u32) -> impl Strategy<Value = SeqNum> {
        let near = prop_oneof![6 => 0..6_u32, 1 => 0..70_000_u32, 1 => any::<u32>()];
        near.prop_map(move |ahead| SeqNum(start.wrapping_add(ahead)))
    }

    proptest! {
        #[test]
        fn every_segment_comes_out_as_it_came_in(segments in proptest::collection::vec(observation(), 0..9)) {
            let mut first = Observation { segment: Segment { flags: Flags::SYN, checksum: Checksum::Good, ..Segment::default() }, ..segments.first().cloned().unwrap_or(Observation {
                frame: 1, time: None, side: Side::Low, framing: Framing::default(), segment: Segment::default(),
            }) };
            first.segment.options.mss = Some(1460);
            let mut young = Young::of(&first).expect("a SYN");
            segments.iter().for_each(|seen| young.keep(seen));
            let mut out = Vec::new();
            out.extend(young.each().map(|seen| format!("{seen:?}")));
            let expected: Vec<String> = [&first].into_iter().chain(&segments).map(|seen| format!("{seen:?}")).collect();
            prop_assert_eq!(out, expected);
        }

        /// Else the connections would be numbered otherwise, and their facts would come too late.
        #[test]
        fn what_is_kept_is_one_connection_that_began_with_its_first_segment(
            iss in (any::<u32>(), any::<u32>()),
            steps in proptest::collection::vec(
                (any::<bool>(), select(vec![0x02_u16, 0x12, 0x10, 0x10, 0x10, 0x18, 0x11, 0x04, 0x14]), 0..5_u32, any::<prop::sample::Index>()),
                1..40,
            ),
            numbers in proptest::collection::vec((number(0), number(0)), 40),
        ) {
            let mut young: Option<Young> = None;
            let mut replay = Replay::new(tuple());
            let mut facts = Facts::default();
            for (frame, (low, flags, text, nth)) in (1_u64..).zip(steps) {
                let (own, other) = nth.get(&numbers);
                let (own_iss, other_iss) = if low { iss } else { (iss.1, iss.0) };
                let segment = Segment {
                    seq: SeqNum(own.0.wrapping_add(own_iss)),
                    ack: SeqNum(other.0.wrapping_add(other_iss)),
                    flags: Flags::from_bits(flags),
                    text,
                    wnd: 500,
                    checksum: Checksum::Good,
                    ..Segment::default()
                };
                let side = if low { Side::Low } else { Side::High };
                let seen = Observation { frame, time: None, side, framing: Framing::default(), segment };
                let kept = match &mut young {
                    Some(young) => young.take(&seen),
                    none => { *none = Young::of(&seen); none.is_some() }
                };
                if kept {
                    replay.observe(&seen, &mut facts);
                    prop_assert_eq!(replay.uses(), 1);
                    let first = young.as_ref().and_then(|young| young.entries.first()).map(|entry| entry.frame);
                    prop_assert_eq!(replay.begun_after(0).next(), first);
                } else if young.is_some() {
                    break;
                }
            }
        }
    }
}
