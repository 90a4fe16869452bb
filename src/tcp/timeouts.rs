//! RFC 9293 section 3.10.8: timeouts. No clock is here: the caller knows when enough time may have passed.

use super::half::RecvHalf;
use super::state::State;
use super::variables::Variables;

/// USER TIMEOUT, or R2 of the retransmissions (section 3.8.3): the connection may be given up in any state.
#[must_use]
pub fn user(v: &Variables) -> Variables {
    let mut after = *v;
    after.may_end();
    after
}

/// TIME-WAIT TIMEOUT: an endpoint that may be in TIME-WAIT may be in CLOSED now.
///
/// FIN-WAIT-2 lasts as long as the peer wishes by the letter; stacks limit it where no user is left, so that it may be
/// over as well.
#[must_use]
pub fn time_wait(v: &Variables) -> Variables {
    let mut after = *v;
    let states = v.states();
    let orphan = states.contains(State::FinWait2) && v.recv.may_ge(RecvHalf::SynReceived);
    if states.contains(State::TimeWait) || orphan {
        after.may_end();
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tcp::{Interval, SendHalf};

    #[test]
    fn time_wait_ends_and_established_does_not() {
        let mut v = Variables::fresh(None);
        v.recv = Interval::exactly(RecvHalf::SynReceived);
        v.send = Interval::exactly(SendHalf::SynAcked);
        assert_eq!(time_wait(&v).states().to_string(), "ESTABLISHED");
        assert_eq!(user(&v).states().to_string(), "ESTABLISHED|CLOSED");
        v.recv = Interval::exactly(RecvHalf::FinReceived);
        v.send = Interval::exactly(SendHalf::FinAcked);
        v.order = crate::tcp::OrderKnowledge::Known(crate::tcp::Order::SentFirst);
        assert_eq!(time_wait(&v).states().to_string(), "TIME-WAIT|CLOSED");
    }
}
