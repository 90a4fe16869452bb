//! A state as two halves: how far the own direction has come and how far the peer's (RFC 9293 section 3.3.2, taken apart).
//!
//! Within one incarnation each half only moves up (a test proves it for every arrow of Figure 5 and its notes), so
//! what an endpoint may be in is an interval per half: proven by its own output below, permitted by the record above.
//! The eleven names are put together again for guards and reports. Nothing here looks at a segment.

use super::state::{State, StateSet};

/// How far the own direction has come.
///
/// Not one chain: a FIN may follow a SYN that nobody has acknowledged (SYN-RECEIVED to FIN-WAIT-1), and "the SYN is
/// acknowledged" and "the FIN is sent" come in either order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum SendHalf {
    /// Nothing sent.
    #[default]
    Nothing,
    /// SYN sent, not acknowledged.
    SynSent,
    /// SYN acknowledged.
    SynAcked,
    /// FIN sent, not acknowledged.
    FinSent {
        /// Whether the SYN is.
        syn_acked: bool,
    },
    /// FIN acknowledged, and so everything before it.
    FinAcked,
}

/// How far the peer's direction has come.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Deserialize,
    serde::Serialize,
)]
pub enum RecvHalf {
    /// No SYN received.
    #[default]
    NoSyn,
    /// SYN received.
    SynReceived,
    /// FIN received, and everything before it.
    FinReceived,
}

/// Which FIN came first: it tells CLOSING and TIME-WAIT from LAST-ACK and CLOSED.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
pub enum Order {
    /// The own FIN was sent before the peer's was received.
    SentFirst,
    /// The peer's FIN was received before the own was sent.
    ReceivedFirst,
}

/// What is known of the order of the FINs.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum OrderKnowledge {
    /// Either may have been first.
    #[default]
    Either,
    /// Proven.
    Known(Order),
}

impl OrderKnowledge {
    /// The orders that remain possible.
    pub const fn possible(self) -> &'static [Order] {
        match self {
            Self::Either => &[Order::SentFirst, Order::ReceivedFirst],
            Self::Known(Order::SentFirst) => &[Order::SentFirst],
            Self::Known(Order::ReceivedFirst) => &[Order::ReceivedFirst],
        }
    }
}

/// A half: points of which some lie above others, and any two have a least point above both.
pub trait Half: Copy + Eq + 'static {
    /// All points, none before one that it lies above.
    const POINTS: &'static [Self];
    /// Below every point.
    const BOTTOM: Self;
    /// Above every point.
    const TOP: Self;

    /// The least point that is at or above both.
    #[must_use]
    fn join(self, other: Self) -> Self;

    /// Whether `self` is `other` or lies above it.
    fn is_at_least(self, other: Self) -> bool {
        self.join(other) == self
    }
}

impl Half for SendHalf {
    const POINTS: &'static [Self] = &[
        Self::Nothing,
        Self::SynSent,
        Self::SynAcked,
        Self::FinSent { syn_acked: false },
        Self::FinSent { syn_acked: true },
        Self::FinAcked,
    ];
    const BOTTOM: Self = Self::Nothing;
    const TOP: Self = Self::FinAcked;

    fn join(self, other: Self) -> Self {
        Self::with(self.steps() | other.steps())
    }

    fn is_at_least(self, other: Self) -> bool {
        self.steps() & other.steps() == other.steps()
    }
}

impl SendHalf {
    /// What has happened, one bit each: the SYN sent, and acknowledged, the FIN sent, and acknowledged.
    const fn steps(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::SynSent => 0b0001,
            Self::SynAcked => 0b0011,
            Self::FinSent { syn_acked: false } => 0b0101,
            Self::FinSent { syn_acked: true } => 0b0111,
            Self::FinAcked => 0b1111,
        }
    }

    /// The point at which these have happened, of those that any two points come to together.
    const fn with(steps: u8) -> Self {
        match steps {
            0 => Self::Nothing,
            0b0001 => Self::SynSent,
            0b0011 => Self::SynAcked,
            0b0101 => Self::FinSent { syn_acked: false },
            0b0111 => Self::FinSent { syn_acked: true },
            _ => Self::FinAcked,
        }
    }
}

impl Half for RecvHalf {
    const POINTS: &'static [Self] = &[Self::NoSyn, Self::SynReceived, Self::FinReceived];
    const BOTTOM: Self = Self::NoSyn;
    const TOP: Self = Self::FinReceived;

    fn join(self, other: Self) -> Self {
        self.max(other)
    }
}

/// The points of a half that an endpoint may be at: at least `lo`, at most `hi`. Neither bound ever moves down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
pub struct Interval<H> {
    lo: H,
    hi: H,
}

impl<H: Half> Interval<H> {
    /// Exactly `point`.
    pub const fn exactly(point: H) -> Self {
        Self {
            lo: point,
            hi: point,
        }
    }

    /// Any point: what is known of a connection that is older than its record.
    pub const fn anything() -> Self {
        Self {
            lo: H::BOTTOM,
            hi: H::TOP,
        }
    }

    /// From `lo` to `hi`. Evidence wins: a `hi` that is not above `lo` is raised until it is.
    pub fn between(lo: H, hi: H) -> Self {
        Self {
            lo,
            hi: hi.join(lo),
        }
    }

    /// The least that the endpoint's own output proves.
    pub const fn lo(&self) -> H {
        self.lo
    }

    /// The most that the record permits.
    pub const fn hi(&self) -> H {
        self.hi
    }

    /// The endpoint's own output proves that it is at `point` or above. What is proven is possible.
    pub fn prove(&mut self, point: H) {
        self.lo = self.lo.join(point);
        self.permit(self.lo);
    }

    /// The record permits that the endpoint has come up to `point`.
    pub fn permit(&mut self, point: H) {
        self.hi = self.hi.join(point);
    }

    /// Whether the endpoint may be exactly at `point`.
    pub fn may_be(&self, point: H) -> bool {
        point.is_at_least(self.lo) && self.hi.is_at_least(point)
    }

    /// Whether the endpoint may be at `point` or above.
    pub fn may_ge(&self, point: H) -> bool {
        self.hi.is_at_least(point)
    }

    /// Whether the endpoint is at `point` or above whatever was delivered.
    pub fn surely_ge(&self, point: H) -> bool {
        self.lo.is_at_least(point)
    }

    /// Whether every point of `other` is one of these.
    pub fn covers(&self, other: &Self) -> bool {
        other.lo.is_at_least(self.lo) && self.hi.is_at_least(other.hi)
    }

    /// The same as bits, by their places in the order of [`Half::POINTS`].
    pub(super) fn places(self) -> u32 {
        let points = H::POINTS.iter().rev();
        points.fold(0, |bits, &point| bits << 1 | u32::from(self.may_be(point)))
    }

    /// The points that the endpoint may be at.
    pub fn points(self) -> impl Iterator<Item = H> {
        H::POINTS
            .iter()
            .copied()
            .filter(move |&point| self.may_be(point))
    }
}

/// The name of the state with these halves; `order` matters only where both FINs have passed.
///
/// With nothing sent and nothing received the name is CLOSED: whether a user waits in LISTEN is not on the record, and
/// [`states`] says both. Some pairs no arrow of Figure 5 reaches, but an interval per half can hold them. They get
/// the name of what the endpoint still lacks: without the peer's SYN it is in SYN-SENT (section 3.10.7.3 leaves that
/// state only on a SYN), or past it in FIN-WAIT-1 or FIN-WAIT-2 if it has sent a FIN all the same; with the peer's
/// SYN but no acknowledgment of its own it is in SYN-RECEIVED; with the peer's FIN and none of its own, in CLOSE-WAIT
/// (section 3.10.7.4, eighth step, which names SYN-RECEIVED beside ESTABLISHED).
pub const fn compose(send: SendHalf, recv: RecvHalf, order: Order) -> State {
    use {Order::*, RecvHalf::*, SendHalf as Send};
    match (send, recv, order) {
        (Send::Nothing, NoSyn, _) => State::Closed,
        (Send::SynSent | Send::SynAcked, NoSyn, _) => State::SynSent,
        (Send::Nothing | Send::SynSent, SynReceived, _) => State::SynReceived,
        (Send::SynAcked, SynReceived, _) => State::Established,
        (Send::FinSent { .. }, NoSyn | SynReceived, _) => State::FinWait1,
        (Send::FinAcked, NoSyn | SynReceived, _) => State::FinWait2,
        (Send::Nothing | Send::SynSent | Send::SynAcked, FinReceived, _) => State::CloseWait,
        (Send::FinSent { .. }, FinReceived, SentFirst) => State::Closing,
        (Send::FinSent { .. }, FinReceived, ReceivedFirst) => State::LastAck,
        (Send::FinAcked, FinReceived, SentFirst) => State::TimeWait,
        (Send::FinAcked, FinReceived, ReceivedFirst) => State::Closed,
    }
}

/// The states that an endpoint with halves in these intervals may be in.
///
/// ```
/// use tcplint::tcp::{Interval, OrderKnowledge, RecvHalf, SendHalf, states};
///
/// let mut send = Interval::exactly(SendHalf::FinSent { syn_acked: true });
/// send.permit(SendHalf::FinAcked);
/// let recv = Interval::exactly(RecvHalf::SynReceived);
/// assert_eq!(states(send, recv, OrderKnowledge::Either).to_string(), "FIN-WAIT-1|FIN-WAIT-2");
/// ```
pub fn states(
    send: Interval<SendHalf>,
    recv: Interval<RecvHalf>,
    order: OrderKnowledge,
) -> StateSet {
    let unopened = send.may_be(SendHalf::Nothing) && recv.may_be(RecvHalf::NoSyn);
    let points = send
        .points()
        .flat_map(|send| recv.points().map(move |recv| (send, recv)));
    points
        .flat_map(|(send, recv)| {
            let orders = order.possible().iter();
            orders.map(move |&order| compose(send, recv, order))
        })
        .chain(unopened.then_some(State::Listen))
        .collect()
}

#[cfg(test)]
#[path = "half_tests.rs"]
mod tests;
