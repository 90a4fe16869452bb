//! The receive window: the acceptability test of RFC 9293 (section 3.4, Table 6; section 3.10.7.4, first step) over
//! hidden values, and how an advertised window is to be read (RFC 7323 section 2).
//!
//! The test is taken literally. Three times every stack does otherwise, and a caller that judges an answer has to
//! allow both outcomes:
//!
//! - In SYN-RECEIVED after a simultaneous open the peer's SYN,ACK carries SEG.SEQ = RCV.NXT - 1 and is not acceptable;
//!   stacks use its acknowledgment all the same.
//! - A FIN that is repeated in TIME-WAIT lies below RCV.NXT and is not acceptable, so the first step answers and drops
//!   it before the eighth could restart the timer; stacks restart it.
//! - A segment that begins below the window and ends beyond it has neither end inside; stacks trim and take it.
//!
//! Whether text was sent within the window that its sender had been offered is another question, not asked here.

use super::hidden::Hidden;
use super::segment::{Options, Reading, Received, Segment};
use super::seq::{Foreign, Seq};

/// What the acceptability test says when its variables are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acceptable {
    /// Whatever was delivered.
    Surely,
    /// For some deliveries, and not for others.
    Possibly,
    /// For no delivery.
    Never,
}

/// RCV.NXT and the right edge RCV.NXT + RCV.WND of an endpoint, as far as the record bounds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiveWindow {
    nxt: Hidden<Seq<Foreign>>,
    edge: Hidden<Seq<Foreign>>,
}

impl ReceiveWindow {
    /// The window from `nxt` to `edge`. No edge lies left of RCV.NXT: each variable's bounds also bound the other.
    pub fn new(nxt: Hidden<Seq<Foreign>>, edge: Hidden<Seq<Foreign>>) -> Self {
        let low = edge.proven().max(nxt.proven());
        match edge.possible() {
            None => Self {
                nxt,
                edge: Hidden::at_least(low),
            },
            Some(high) => {
                let high = high.max(low);
                let last = nxt.possible().map_or(high, |nxt| nxt.min(high));
                Self {
                    nxt: Hidden::between(nxt.proven(), last),
                    edge: Hidden::between(low, high),
                }
            }
        }
    }

    /// Whether `segment` is acceptable (Table 6).
    pub fn accepts(&self, segment: &Received<'_>) -> Acceptable {
        let first = segment.seq;
        let (may, surely) = if segment.segment.is_empty() {
            (self.may_take_empty(first), self.surely_takes_empty(first))
        } else {
            let last = segment.end() - 1;
            (
                self.may_hold(first) || self.may_hold(last),
                self.surely_takes(first, last),
            )
        };
        match (may, surely) {
            (_, true) => Acceptable::Surely,
            (true, false) => Acceptable::Possibly,
            (false, false) => Acceptable::Never,
        }
    }

    /// RCV.NXT =< `octet` < RCV.NXT + RCV.WND for some delivery.
    fn may_hold(&self, octet: Seq<Foreign>) -> bool {
        self.nxt.may_le(octet) && self.edge.may_ge(octet + 1)
    }

    /// Rows one and two of Table 6: a closed window takes an empty segment only at RCV.NXT itself.
    fn may_take_empty(&self, seq: Seq<Foreign>) -> bool {
        self.may_hold(seq) || (self.nxt.may_be(seq) && self.edge.may_be(seq))
    }

    fn surely_takes_empty(&self, seq: Seq<Foreign>) -> bool {
        let not_closed_short_of_it = self.nxt.surely_ge(seq) && self.edge.surely_ge(seq);
        self.nxt.surely_lt(seq + 1) && (self.edge.surely_ge(seq + 1) || not_closed_short_of_it)
    }

    /// Rows three and four of Table 6, for all pairs of RCV.NXT and edge: where RCV.NXT is at or below `first`, an
    /// edge beyond `first` is enough; where it lies between the two, the edge has to be beyond `last`.
    fn surely_takes(&self, first: Seq<Foreign>, last: Seq<Foreign>) -> bool {
        let below_first = self.nxt.surely_ge(first + 1) || self.edge.surely_ge(first + 1);
        let between = self.nxt.surely_lt(first + 1) || self.edge.surely_ge(last + 1);
        self.nxt.surely_lt(last + 1) && below_first && between
    }
}

/// By how many bits the windows of one endpoint are shifted (RFC 7323 section 2).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Default, serde::Deserialize, serde::Serialize,
)]
pub enum WindowScale {
    /// The record does not tell: any shift from 0 to [`WindowScale::MAX`].
    #[default]
    Unknown,
    /// This shift; 0 where scaling is off.
    Shift(u8),
}

impl WindowScale {
    /// The largest shift; one that exceeds it is read as this one (RFC 7323 section 2.3).
    pub const MAX: u8 = 14;

    /// The shift of the endpoint whose SYN carried `own`, after a handshake in which the peer's carried `peer`:
    /// both must offer the option, or neither scales (RFC 7323 section 2.2).
    pub fn negotiated(own: &Options, peer: &Options) -> Self {
        let refused = |options: &Options| {
            options.reading == Reading::Complete && options.window_scale.is_none()
        };
        match (own.window_scale, peer.window_scale) {
            (Some(shift), Some(_)) => Self::Shift(shift.min(Self::MAX)),
            _ if refused(own) || refused(peer) => Self::Shift(0),
            _ => Self::Unknown,
        }
    }

    /// The window that `segment` of this endpoint offers, in octets. The window of a SYN is never scaled.
    pub fn window(self, segment: &Segment) -> Hidden<i64> {
        let raw = i64::from(segment.wnd);
        let shifted = |shift: u8| raw << shift.min(Self::MAX);
        match self {
            _ if segment.syn() => Hidden::between(raw, raw),
            Self::Shift(shift) => Hidden::between(shifted(shift), shifted(shift)),
            Self::Unknown => Hidden::between(raw, shifted(Self::MAX)),
        }
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
