//! Which fault is a consequence of which: the groups of rules that one contradiction sets off together. No judgement.

use crate::rules::Rule;

/// What a fault contradicts. While a variable is tainted, further faults against it are consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variable {
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
    /// The bits and fields of the header that it need not touch.
    Header,
}

impl Variable {
    pub(super) fn of(rule: &Rule) -> Self {
        match rule.name {
            "ack-of-unsent" | "ack-regression" | "handshake-ack-wrong" | "synack-wrong-ack" => {
                Self::Ack
            }
            "seq-outside-window" | "window-overrun" | "data-after-fin" | "fin-seq-conflict" => {
                Self::Seq
            }
            "bad-reset" | "reset-for-reset" | "segment-after-reset" => Self::Reset,
            "data-before-handshake" | "data-in-syn-sent" => Self::Opening,
            "option-not-offered" | "wscale-too-large" => Self::Offer,
            "syn-option-outside-syn" | "malformed-options" => Self::Syntax,
            "timestamp-missing"
            | "timestamp-not-negotiated"
            | "timestamp-echo-unsent"
            | "timestamp-regression" => Self::Timestamps,
            "sack-not-permitted" | "sack-of-unsent" | "sack-below-ack" => Self::Sack,
            "mss-exceeded" => Self::Size,
            "reserved-bits" | "syn-fin" | "urgent-pointer-nonsense" => Self::Header,
            _ => Self::Flags,
        }
    }

    /// Whether its faults rest on options or bits of a single segment.
    pub(super) const fn is_one_field(self) -> bool {
        self.lasts() && !matches!(self, Self::Reset)
    }

    /// Whether agreement between the two sides about numbers says nothing about it: such a fault is told once for an incarnation.
    pub(super) const fn lasts(self) -> bool {
        !matches!(self, Self::Ack | Self::Seq | Self::Flags | Self::Opening)
    }
}
