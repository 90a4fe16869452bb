//! A segment in few octets, as it is kept while nothing has been said about it.

use crate::flow::{Observation, Side};
use crate::tcp::{
    Checksum, Direction, Flags, Framing, Marks, Options, Segment, SeqNum, TimestampOption,
};
use crate::time::Timestamp;

/// What is set of a segment; two bits each for the checksum, the direction and the padding.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits(u16);

impl Bits {
    const HIGH: Self = Self(1);
    const TIMED: Self = Self(1 << 1);
    const STAMPED: Self = Self(1 << 2);
    const NUMBERED: Self = Self(1 << 3);
    const SUMMED: Self = Self(1 << 4);
    const FRAGMENTED: Self = Self(1 << 5);
    const OF_RECORD: Self = Self(1 << 6);
    /// The options are unusual, and kept elsewhere.
    pub(super) const OPTIONS: Self = Self(1 << 7);
    /// The sums of the first octets are kept elsewhere.
    pub(super) const HEADS: Self = Self(1 << 8);
    const CHECKSUM: u32 = 9;
    const DIRECTION: u32 = 11;
    const PADDED: u32 = 13;

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn two(self, at: u32) -> u16 {
        self.0 >> at & 3
    }
}

/// A segment, but for unusual options and the sums of its first octets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) frame: u64,
    time: Timestamp,
    seq: SeqNum,
    ack: SeqNum,
    stamps: (u32, u32),
    text: u32,
    flags: Flags,
    wnd: u16,
    up: u16,
    ip_id: u16,
    text_sum: u16,
    pub(super) bits: Bits,
    ttl: u8,
    ecn: u8,
    option_octets: u8,
    /// What a SYN offers as a rule; what it does not offer is zero.
    mss: u16,
    shift: u8,
    offers: Offers,
}

/// Which of the usual offers a SYN makes.
#[derive(Clone, Copy, Debug, Default)]
struct Offers(u8);

impl Offers {
    const MSS: u8 = 1;
    const SCALE: u8 = 2;
    const SACK: u8 = 4;

    fn of(options: &Options) -> Self {
        let mss = u8::from(options.mss.is_some()) * Self::MSS;
        let scale = u8::from(options.window_scale.is_some()) * Self::SCALE;
        let sack = u8::from(options.sack_permitted) * Self::SACK;
        Self(mss | scale | sack)
    }

    const fn has(self, one: u8) -> bool {
        self.0 & one != 0
    }
}

impl Entry {
    /// What is kept of a segment, and its options if they are unusual.
    pub(super) fn of(seen: &Observation) -> (Self, Option<&Options>) {
        let (segment, marks) = (&seen.segment, &seen.segment.marks);
        let usual = Options {
            mss: segment.options.mss,
            window_scale: segment.options.window_scale,
            sack_permitted: segment.options.sack_permitted,
            timestamps: segment.options.timestamps,
            ..Options::default()
        };
        let options = Some(&segment.options).filter(|options| **options != usual);
        let stamps = segment.options.timestamps.filter(|_| options.is_none());
        let set = [
            (seen.side == Side::High, Bits::HIGH),
            (seen.time.is_some(), Bits::TIMED),
            (stamps.is_some(), Bits::STAMPED),
            (marks.ip_id.is_some(), Bits::NUMBERED),
            (segment.text_sum.is_some(), Bits::SUMMED),
            (marks.fragmented, Bits::FRAGMENTED),
            (marks.length_from_record, Bits::OF_RECORD),
            (options.is_some(), Bits::OPTIONS),
            (segment.text_heads != [0; 8], Bits::HEADS),
        ];
        let checksum = match segment.checksum {
            Checksum::Good => 0,
            Checksum::Bad => 1,
            Checksum::Offloaded => 2,
            Checksum::Unknown => 3,
        };
        let direction = match seen.framing.direction {
            Direction::Unknown => 0,
            Direction::Incoming => 1,
            Direction::Outgoing => 2,
        };
        let padded = seen
            .framing
            .padded
            .map_or(0, |padded| 1 + u16::from(padded));
        let set = set
            .iter()
            .filter(|(holds, _)| *holds)
            .fold(0, |set, (_, bit)| set | bit.0);
        let bits = Bits(
            set | checksum << Bits::CHECKSUM
                | direction << Bits::DIRECTION
                | padded << Bits::PADDED,
        );
        let entry = Self {
            frame: seen.frame,
            time: seen.time.unwrap_or_default(),
            seq: segment.seq,
            ack: segment.ack,
            stamps: stamps.map_or((0, 0), |stamps| (stamps.val, stamps.ecr)),
            text: segment.text,
            flags: segment.flags,
            wnd: segment.wnd,
            up: segment.up,
            ip_id: marks.ip_id.unwrap_or_default(),
            text_sum: segment.text_sum.unwrap_or_default(),
            bits,
            ttl: marks.ttl,
            ecn: marks.ecn,
            option_octets: segment.option_octets,
            mss: usual.mss.unwrap_or_default(),
            shift: usual.window_scale.unwrap_or_default(),
            offers: Offers::of(&usual),
        };
        (entry, options)
    }

    /// The segment, without what is not kept here.
    pub(super) fn observation(&self) -> Observation {
        let bits = self.bits;
        let (val, ecr) = self.stamps;
        let timestamps = bits
            .has(Bits::STAMPED)
            .then_some(TimestampOption { val, ecr });
        let segment = Segment {
            seq: self.seq,
            ack: self.ack,
            flags: self.flags,
            wnd: self.wnd,
            up: self.up,
            text: self.text,
            option_octets: self.option_octets,
            short_header: false,
            options: Options {
                mss: self.offers.has(Offers::MSS).then_some(self.mss),
                window_scale: self.offers.has(Offers::SCALE).then_some(self.shift),
                sack_permitted: self.offers.has(Offers::SACK),
                timestamps,
                ..Options::default()
            },
            checksum: match bits.two(Bits::CHECKSUM) {
                0 => Checksum::Good,
                1 => Checksum::Bad,
                2 => Checksum::Offloaded,
                _ => Checksum::Unknown,
            },
            text_sum: bits.has(Bits::SUMMED).then_some(self.text_sum),
            text_heads: [0; 8],
            marks: Marks {
                ttl: self.ttl,
                ip_id: bits.has(Bits::NUMBERED).then_some(self.ip_id),
                ecn: self.ecn,
                fragmented: bits.has(Bits::FRAGMENTED),
                length_from_record: bits.has(Bits::OF_RECORD),
            },
        };
        Observation {
            frame: self.frame,
            time: bits.has(Bits::TIMED).then_some(self.time),
            side: if bits.has(Bits::HIGH) {
                Side::High
            } else {
                Side::Low
            },
            framing: Framing {
                direction: match bits.two(Bits::DIRECTION) {
                    0 => Direction::Unknown,
                    1 => Direction::Incoming,
                    _ => Direction::Outgoing,
                },
                padded: match bits.two(Bits::PADDED) {
                    0 => None,
                    padded => Some(padded == 2),
                },
            },
            segment,
        }
    }
}
