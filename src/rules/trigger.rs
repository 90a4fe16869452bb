//! Which segments a guard wants to see, as a set of traits.

use crate::tcp::{Flags, Oddities, Reading, Segment};

/// A set of segment traits. A guard runs when its trait is among the segment's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trigger(u16);

impl Trigger {
    /// ACK bit set, no RST.
    pub const ACK: Self = Self(1);
    /// ACK bit clear, neither SYN nor RST.
    pub const NO_ACK: Self = Self(2);
    /// Carries text, no RST.
    pub const TEXT: Self = Self(4);
    /// FIN bit set, no RST.
    pub const FIN: Self = Self(8);
    /// RST bit set.
    pub const RST: Self = Self(16);
    /// SYN and ACK bits set, no RST.
    pub const SYN_ACK: Self = Self(32);
    /// SYN bit set, with or without ACK, no RST.
    pub const SYN: Self = Self(64);
    /// Neither SYN nor RST.
    pub const NO_SYN: Self = Self(128);
    /// Options or padding with something odd about them, no RST.
    pub const ODD: Self = Self(256);
    /// SACK blocks and the ACK bit, no RST.
    pub const SACK: Self = Self(512);
    /// URG bit set, no RST.
    pub const URGENT: Self = Self(1024);
    /// A bit of congestion notification, or a reserved one, in either header, no RST.
    pub const MARKED: Self = Self(2048);
    /// An option that belongs on a SYN, on anything but a SYN and a RST.
    pub const SYN_OPTION: Self = Self(4096);
    /// Options that cannot be read to the end, no RST.
    pub const BROKEN: Self = Self(8192);
    /// All traits of an acknowledgment without anything else.
    pub const PLAIN: Self = Self(1 | 128);
    /// All traits of text with nothing but an acknowledgment.
    pub const PLAIN_TEXT: Self = Self(1 | 4 | 128);
    /// The traits of most segments: the two above, with SACK blocks, with a FIN, a SYN and its answer, a RST.
    pub const USUAL: [Self; 9] = [
        Self::PLAIN_TEXT,
        Self::PLAIN,
        Self(Self::PLAIN.0 | Self::SACK.0),
        Self(Self::PLAIN_TEXT.0 | Self::SACK.0),
        Self(Self::PLAIN.0 | Self::FIN.0),
        Self(Self::PLAIN_TEXT.0 | Self::FIN.0),
        Self::SYN,
        Self(Self::ACK.0 | Self::SYN_ACK.0 | Self::SYN.0),
        Self::RST,
    ];
    /// What answers a SYN: a SYN-ACK or a RST.
    pub const ANSWER: Self = Self(16 | 32);
    /// Every segment.
    pub const ALL: Self = Self(16 | 64 | 128);
    /// Anything but a RST.
    pub const ANY: Self = Self(64 | 128);
    /// No trait: its guard never refuses an ordinary segment.
    const BUT_ORDINARY: Self = Self(1 << 15);

    /// The same, for a guard that cannot refuse an ordinary segment, as the replay defines it: it is spared those.
    #[must_use]
    pub const fn but_ordinary(self) -> Self {
        Self(self.0 | Self::BUT_ORDINARY.0)
    }

    /// Whether the guard is spared ordinary segments.
    pub const fn spares_ordinary(self) -> bool {
        self.meets(Self::BUT_ORDINARY)
    }

    /// The traits of a segment.
    pub fn of(segment: &Segment) -> Self {
        if segment.rst() {
            return Self::RST;
        }
        let (options, flags) = (&segment.options, segment.flags);
        let congestion = Flags::ECE.with(Flags::CWR).with(Flags::AE);
        let traits = [
            (segment.has_ack(), Self::ACK),
            (!segment.has_ack() && !segment.syn(), Self::NO_ACK),
            (segment.text > 0, Self::TEXT),
            (segment.fin(), Self::FIN),
            (segment.is_syn_ack(), Self::SYN_ACK),
            (segment.syn(), Self::SYN),
            (!segment.syn(), Self::NO_SYN),
            (options.odd != Oddities::default(), Self::ODD),
            (segment.has_ack() && !options.sack.is_empty(), Self::SACK),
            (flags.has(Flags::URG), Self::URGENT),
            (
                flags.any(congestion.with(Flags::RESERVED)) || segment.marks.ecn != 0,
                Self::MARKED,
            ),
            (!segment.syn() && options.is_opening(), Self::SYN_OPTION),
            (options.reading == Reading::Malformed, Self::BROKEN),
        ];
        Self(
            traits
                .iter()
                .filter(|(holds, _)| *holds)
                .fold(0, |set, (_, bit)| set | bit.0),
        )
    }

    /// Whether the two sets share a trait.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
