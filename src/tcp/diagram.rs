//! RFC 9293 section 3.3.2, Figure 5: the arrows of the state diagram as rows, and its notes as rows of a second table.
//!
//! Only what changes the state is here. What a segment must look like to be one of these events is the matter of
//! section 3.10.7, and what a capture lets one conclude about the state is the matter of [`super::half`].

use super::state::State;
use std::fmt;
use {Event::*, State::*};

/// What moves an endpoint from one state to another, in the figure's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The user waits for a connection.
    PassiveOpen,
    /// The user asks for a connection.
    ActiveOpen,
    /// The user sends on a connection that was only waiting.
    Send,
    /// The user has no more to send.
    Close,
    /// The user gives up, and the peer is told by a RST.
    Abort,
    /// A SYN arrives.
    RcvSyn,
    /// A SYN arrives that acknowledges the own SYN.
    RcvSynAck,
    /// An acknowledgment of the own SYN arrives.
    RcvAckOfSyn,
    /// A FIN arrives that does not acknowledge an own FIN.
    RcvFin,
    /// An acknowledgment of the own FIN arrives.
    RcvAckOfFin,
    /// A FIN arrives and the own FIN is acknowledged with it.
    RcvFinAndAckOfFin,
    /// An acceptable RST arrives. In SYN-RECEIVED: and the connection was opened passively.
    RcvRst,
    /// An acceptable RST arrives in SYN-RECEIVED, and the connection was opened actively. Only SYN-RECEIVED has to
    /// tell the two apart.
    RcvRstAfterActiveOpen,
    /// Twice the maximum segment lifetime has passed in TIME-WAIT.
    TimeWaitTimeout,
}

impl Event {
    /// All events: the user's calls, the segments, the timer.
    pub const ALL: [Self; 14] = [
        Self::PassiveOpen,
        Self::ActiveOpen,
        Self::Send,
        Self::Close,
        Self::Abort,
        Self::RcvSyn,
        Self::RcvSynAck,
        Self::RcvAckOfSyn,
        Self::RcvFin,
        Self::RcvAckOfFin,
        Self::RcvFinAndAckOfFin,
        Self::RcvRst,
        Self::RcvRstAfterActiveOpen,
        Self::TimeWaitTimeout,
    ];

    /// The figure's label, or one in its style for what only a note names.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PassiveOpen => "passive OPEN",
            Self::ActiveOpen => "active OPEN",
            Self::Send => "SEND",
            Self::Close => "CLOSE",
            Self::Abort => "ABORT",
            Self::RcvSyn => "rcv SYN",
            Self::RcvSynAck => "rcv SYN,ACK",
            Self::RcvAckOfSyn => "rcv ACK of SYN",
            Self::RcvFin => "rcv FIN",
            Self::RcvAckOfFin => "rcv ACK of FIN",
            Self::RcvFinAndAckOfFin => "rcv FIN and ACK of FIN",
            Self::RcvRst => "rcv RST",
            Self::RcvRstAfterActiveOpen => "rcv RST after active OPEN",
            Self::TimeWaitTimeout => "Timeout=2MSL",
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// One arrow: in `from`, `event` causes `action` and leads to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Where it begins.
    pub from: State,
    /// What sets it off.
    pub event: Event,
    /// What the endpoint does, in the figure's words: `x` is nothing, and empty where neither figure nor note says.
    pub action: &'static str,
    /// Where it leads.
    pub to: State,
    /// Whether the incarnation ends with it, so that nothing known of the halves carries over.
    pub ends_incarnation: bool,
}

/// An arrow that only the notes under the figure name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The number of the note.
    pub note: u8,
    /// The arrow.
    pub arrow: Arrow,
}

/// The twenty arrows of Figure 5.
pub const FIGURE_5: [Arrow; 20] = [
    keep(Closed, PassiveOpen, "create TCB", Listen),
    keep(Closed, ActiveOpen, "create TCB, snd SYN", SynSent),
    keep(Listen, Close, "delete TCB", Closed),
    keep(Listen, Send, "snd SYN", SynSent),
    keep(Listen, RcvSyn, "snd SYN,ACK", SynReceived),
    end(SynSent, Close, "delete TCB", Closed),
    keep(SynSent, RcvSyn, "snd SYN,ACK", SynReceived),
    keep(SynSent, RcvSynAck, "snd ACK", Established),
    // Note 1 is the condition: only after a passive OPEN.
    end(SynReceived, RcvRst, "", Listen),
    keep(SynReceived, RcvAckOfSyn, "x", Established),
    keep(SynReceived, Close, "snd FIN", FinWait1),
    keep(Established, Close, "snd FIN", FinWait1),
    keep(Established, RcvFin, "snd ACK", CloseWait),
    keep(FinWait1, RcvAckOfFin, "x", FinWait2),
    keep(FinWait1, RcvFin, "snd ACK", Closing),
    keep(FinWait2, RcvFin, "snd ACK", TimeWait),
    keep(CloseWait, Close, "snd FIN", LastAck),
    keep(Closing, RcvAckOfFin, "x", TimeWait),
    end(LastAck, RcvAckOfFin, "x", Closed),
    end(TimeWait, TimeWaitTimeout, "delete TCB", Closed),
];

/// The arrows that the figure's notes 1 to 3 add.
///
/// Note 3 lets the sender of a RST stay in TIME-WAIT, where section 3.10.5 (ABORT) says CLOSED. The table has the
/// note's answer; a judgement of what follows an own RST has to allow both. A RST leaves LISTEN and CLOSED as they
/// are (sections 3.10.7.1 and 3.10.7.2), so they have no row.
pub const NOTES: [Noted; 17] = [
    noted(1, end(SynReceived, RcvRstAfterActiveOpen, "", Closed)),
    noted(2, keep(FinWait1, RcvFinAndAckOfFin, "snd ACK", TimeWait)),
    noted(3, end(SynSent, RcvRst, "", Closed)),
    noted(3, end(Established, RcvRst, "", Closed)),
    noted(3, end(FinWait1, RcvRst, "", Closed)),
    noted(3, end(FinWait2, RcvRst, "", Closed)),
    noted(3, end(CloseWait, RcvRst, "", Closed)),
    noted(3, end(Closing, RcvRst, "", Closed)),
    noted(3, end(LastAck, RcvRst, "", Closed)),
    noted(3, end(TimeWait, RcvRst, "", Closed)),
    noted(3, end(SynReceived, Abort, "snd RST", TimeWait)),
    noted(3, end(Established, Abort, "snd RST", TimeWait)),
    noted(3, end(FinWait1, Abort, "snd RST", TimeWait)),
    noted(3, end(FinWait2, Abort, "snd RST", TimeWait)),
    noted(3, end(CloseWait, Abort, "snd RST", TimeWait)),
    noted(3, end(Closing, Abort, "snd RST", TimeWait)),
    noted(3, end(LastAck, Abort, "snd RST", TimeWait)),
];

impl State {
    /// Where `event` leads from here by Figure 5 and its notes; `None` where neither shows a change.
    ///
    /// ```
    /// use tcplint::tcp::{Event, State};
    ///
    /// assert_eq!(State::LastAck.after(Event::RcvAckOfFin), Some(State::Closed));
    /// assert_eq!(State::LastAck.after(Event::RcvFin), None);
    /// ```
    pub fn after(self, event: Event) -> Option<Self> {
        arrows()
            .find(|arrow| arrow.from == self && arrow.event == event)
            .map(|arrow| arrow.to)
    }
}

/// All arrows, those of the figure before those of its notes.
pub fn arrows() -> impl Iterator<Item = &'static Arrow> {
    FIGURE_5
        .iter()
        .chain(NOTES.iter().map(|noted| &noted.arrow))
}

const fn keep(from: State, event: Event, action: &'static str, to: State) -> Arrow {
    Arrow {
        from,
        event,
        action,
        to,
        ends_incarnation: false,
    }
}

const fn end(from: State, event: Event, action: &'static str, to: State) -> Arrow {
    Arrow {
        from,
        event,
        action,
        to,
        ends_incarnation: true,
    }
}

const fn noted(note: u8, arrow: Arrow) -> Noted {
    Noted { note, arrow }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_arrows_begin_alike() {
        let mut heads: Vec<_> = arrows().map(|arrow| (arrow.from, arrow.event)).collect();
        let all = heads.len();
        heads.sort();
        heads.dedup();
        assert_eq!(heads.len(), all);
    }

    #[test]
    fn every_event_and_every_state_is_used() {
        for event in Event::ALL {
            assert!(arrows().any(|arrow| arrow.event == event), "{event}");
        }
        for state in State::ALL {
            assert!(FIGURE_5.iter().any(|arrow| arrow.from == state), "{state}");
            assert!(FIGURE_5.iter().any(|arrow| arrow.to == state), "{state}");
        }
    }

    #[test]
    fn syn_received_returns_to_listen_only_after_a_passive_open() {
        assert_eq!(SynReceived.after(RcvRst), Some(Listen));
        assert_eq!(SynReceived.after(RcvRstAfterActiveOpen), Some(Closed));
    }

    #[test]
    fn fin_wait_1_takes_the_short_way_of_note_2() {
        assert_eq!(FinWait1.after(RcvFinAndAckOfFin), Some(TimeWait));
        let detour = FinWait1
            .after(RcvAckOfFin)
            .and_then(|state| state.after(RcvFin));
        assert_eq!(FinWait1.after(RcvFinAndAckOfFin), detour);
    }

    #[test]
    fn a_fin_changes_nothing_once_one_was_received() {
        for state in [
            CloseWait, Closing, LastAck, TimeWait, Closed, Listen, SynSent,
        ] {
            assert_eq!(state.after(RcvFin), None, "{state}");
        }
    }

    #[test]
    fn every_synchronized_state_is_reached_from_closed_and_leads_back() {
        let reach = |from: State| {
            let mut seen = vec![from];
            let mut next = 0;
            while let Some(&state) = seen.get(next) {
                next += 1;
                let new = FIGURE_5
                    .iter()
                    .filter(|arrow| arrow.from == state)
                    .map(|arrow| arrow.to);
                for to in new {
                    if !seen.contains(&to) {
                        seen.push(to);
                    }
                }
            }
            seen
        };
        assert_eq!(reach(Closed).len(), State::ALL.len());
        assert!(
            State::ALL
                .iter()
                .all(|&state| reach(state).contains(&Closed))
        );
    }
}
