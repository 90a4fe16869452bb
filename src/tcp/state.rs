//! The eleven states of RFC 9293 section 3.3.2, in its order and spelling, and sets of them.

use std::fmt;

/// A connection state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Waiting for a connection request.
    Listen,
    /// SYN sent, waiting for a matching one.
    SynSent,
    /// SYN received and sent, waiting for the acknowledgment.
    SynReceived,
    /// Open.
    Established,
    /// FIN sent, neither acknowledged nor answered.
    FinWait1,
    /// FIN sent and acknowledged, waiting for the peer's.
    FinWait2,
    /// FIN received, user not yet closed.
    CloseWait,
    /// FINs crossed, own not acknowledged.
    Closing,
    /// FIN received, then sent, waiting for its acknowledgment.
    LastAck,
    /// Both FINs acknowledged, waiting for old segments to die.
    TimeWait,
    /// No connection.
    Closed,
}

impl State {
    /// All states, in the RFC's order.
    pub const ALL: [Self; 11] = [
        Self::Listen,
        Self::SynSent,
        Self::SynReceived,
        Self::Established,
        Self::FinWait1,
        Self::FinWait2,
        Self::CloseWait,
        Self::Closing,
        Self::LastAck,
        Self::TimeWait,
        Self::Closed,
    ];

    /// The RFC's spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN-SENT",
            Self::SynReceived => "SYN-RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN-WAIT-1",
            Self::FinWait2 => "FIN-WAIT-2",
            Self::CloseWait => "CLOSE-WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
            Self::Closed => "CLOSED",
        }
    }

    /// Whether both sides' sequence numbers are synchronised (RFC 9293 section 3.5.1).
    pub const fn is_synchronized(self) -> bool {
        !matches!(
            self,
            Self::Listen | Self::SynSent | Self::SynReceived | Self::Closed
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A set of states: what an endpoint may be in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct StateSet(u16);

impl StateSet {
    /// No state.
    pub const EMPTY: Self = Self(0);

    /// Exactly one state.
    pub const fn only(state: State) -> Self {
        Self(1 << state as u16)
    }

    /// Whether `state` is in the set.
    pub const fn contains(self, state: State) -> bool {
        self.0 & (1 << state as u16) != 0
    }

    /// Both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets have.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether no state is left.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many states.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The states, in the RFC's order.
    pub fn iter(self) -> impl Iterator<Item = State> {
        State::ALL
            .into_iter()
            .filter(move |&state| self.contains(state))
    }
}

impl FromIterator<State> for StateSet {
    fn from_iter<I: IntoIterator<Item = State>>(states: I) -> Self {
        states
            .into_iter()
            .fold(Self::EMPTY, |set, state| set.union(Self::only(state)))
    }
}

impl fmt::Display for StateSet {
    /// `FIN-WAIT-1|FIN-WAIT-2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut states = self.iter();
        if let Some(first) = states.next() {
            f.write_str(first.name())?;
        }
        states.try_for_each(|state| write!(f, "|{state}"))
    }
}
