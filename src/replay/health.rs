//! The health of one capture, as far as it decides how strong a proof can be (model: capture health comes first).

use super::case::Case;
use super::openings::Openings;
use super::tap::Taps;
use crate::flow::{Incarnation, Side};
use crate::time::Span;
use std::borrow::Cow;

/// A step back of the record times beyond this is the clock's, not a disorder of records.
const CLOCK_STEP: Span = Span::from_millis(100);

/// What a whole capture says about itself. Merging is associative and commutative, so that parts can be judged apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Events that show segments missed by the capture: acknowledged and never seen while the sender moved on.
    pub missed: u64,
    /// How many of them are octets that came in damaged segments alone, so that their receiver may be at fault instead.
    pub damaged: u64,
    /// Segments whose TSecr names a TSval that was never seen: how the loss of a pure ACK shows.
    pub unseen_echoes: u64,
    /// Frames that may hold TCP and could not be decoded, or that the capturing machine says it dropped.
    pub undecoded: u64,
    /// Segments corrupted on the path.
    pub corrupted: u64,
    /// The longest swap of two segments that the capture shows.
    pub longest_swap: Span,
    /// Swaps that the capture shows.
    pub swaps: u64,
    /// Answers that were recorded before what they answer.
    pub early_answers: u64,
    /// By how much at most.
    pub longest_lead: Span,
    /// The longest step back of the record times.
    pub longest_back_step: Span,
    /// Steps of the capturing machine's clock.
    pub clock_steps: u64,
    /// Whether the file was cut or damaged.
    pub truncated: bool,
    /// Whether the records carry times.
    pub timed: bool,
    /// Where the capture was taken, by vote.
    pub taps: Taps,
    /// The initial sequence numbers of each host.
    pub openings: Openings,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            missed: 0,
            damaged: 0,
            unseen_echoes: 0,
            undecoded: 0,
            corrupted: 0,
            longest_swap: Span::ZERO,
            swaps: 0,
            early_answers: 0,
            longest_lead: Span::ZERO,
            longest_back_step: Span::ZERO,
            clock_steps: 0,
            truncated: false,
            timed: true,
            taps: Taps::default(),
            openings: Openings::default(),
        }
    }
}

impl Facts {
    /// The tolerance for swaps while a capture shows none.
    pub const EPSILON: Span = Span::from_millis(1);

    /// An answer this long before its question is no matter of clocks.
    pub const LEAD: Span = Span::from_secs(1);

    /// So many early answers show an offset between two clocks.
    const SEVERAL: u64 = 3;

    /// Both together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            missed: self.missed + other.missed,
            damaged: self.damaged + other.damaged,
            unseen_echoes: self.unseen_echoes + other.unseen_echoes,
            undecoded: self.undecoded + other.undecoded,
            corrupted: self.corrupted + other.corrupted,
            longest_swap: self.longest_swap.max(other.longest_swap),
            swaps: self.swaps + other.swaps,
            early_answers: self.early_answers + other.early_answers,
            longest_lead: self.longest_lead.max(other.longest_lead),
            longest_back_step: self.longest_back_step.max(other.longest_back_step),
            clock_steps: self.clock_steps + other.clock_steps,
            truncated: self.truncated || other.truncated,
            timed: self.timed && other.timed,
            taps: self.taps.merge(other.taps),
            openings: self.openings.merge(other.openings),
        }
    }

    /// Whether anything hints that segments passed the tap unseen.
    pub const fn hints_at_loss(&self) -> bool {
        self.missed > 0 || self.unseen_echoes > 0 || self.undecoded > 0
    }

    /// The same, whatever came in damaged segments alone.
    pub const fn hints_at_loss_beside_damage(&self) -> bool {
        self.missed > self.damaged || self.unseen_echoes > 0 || self.undecoded > 0
    }

    /// Whether spans between its records tell anything: not without times, nor where its clock steps.
    pub fn tells_spans(&self) -> bool {
        self.timed && self.clock_steps == 0 && self.longest_back_step <= CLOCK_STEP
    }

    /// The tolerance for swaps in this capture. Where several answers precede what they answer, two clocks differ.
    pub fn epsilon(&self) -> Span {
        let offset = if self.early_answers >= Self::SEVERAL {
            self.longest_lead
        } else {
            Span::ZERO
        };
        self.longest_swap
            .max(offset)
            .max(self.longest_back_step)
            .max(Self::EPSILON)
    }
}

/// Octets of a side that its peer acknowledged and the capture never saw, as holes. What an accused segment brought was recorded, whatever
/// its numbers are worth.
pub(super) fn missed(
    cases: &[Case],
    (at, side): (usize, Side),
    incarnation: &Incarnation,
) -> Vec<(i64, i64)> {
    let (own, peer) = incarnation.view(side);
    let (Some(start), Some(acked)) = (own.octets.start(), peer.ack_max) else {
        return Vec::new();
    };
    let mut octets = Cow::Borrowed(&own.octets);
    for case in cases
        .iter()
        .filter(|case| (case.incarnation, case.side) == (at, side))
    {
        octets.to_mut().insert(case.accused.seq, case.accused.end);
    }
    octets
        .holes(start, acked.across())
        .iter()
        .map(|(left, right)| (left.get(), right.get()))
        .collect()
}
