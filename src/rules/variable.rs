//! What a fault contradicts. Faults against one variable are consequences of one another; the replay counts them as such. No judgement.

use super::rule::Rule;

/// What a fault contradicts. While a variable is tainted, further faults against it are consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// What the endpoint says that it received.
    Ack,
    /// Its own numbers.
    Seq,
    /// Its control bits.
    Flags,
    /// Its end by RST.
    Reset,
    /// Whether it may speak yet.
    Opening,
    /// What its SYN offers.
    Offer,
    /// Where options may stand, and how they are built.
    Syntax,
    /// Its timestamps.
    Timestamps,
    /// Its SACK blocks.
    Sack,
    /// How much it puts into a segment.
    Size,
    /// The octets of its stream.
    Text,
    /// The right edge that it offers.
    Edge,
    /// The bits and fields of the header that it need not touch.
    Header,
    /// Nothing that another rule speaks of: a fault of its own.
    Own,
}

impl Variable {
    /// Whether a fault of one rule may be the consequence of a fault of the other.
    pub fn is_shared_by(one: &Rule, other: &Rule) -> bool {
        one.variable == other.variable && (one.variable != Self::Own || one == other)
    }

    /// Whether its faults rest on options or bits of a single segment.
    pub const fn is_one_field(self) -> bool {
        self.lasts() && !matches!(self, Self::Reset)
    }

    /// Whether agreement between the two sides about numbers says nothing about it: such a fault is told once for an incarnation.
    pub const fn lasts(self) -> bool {
        !matches!(self, Self::Ack | Self::Seq | Self::Flags | Self::Opening)
    }
}
