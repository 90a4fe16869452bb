//! RFC 9293 section 3.10.7.4, seventh step: process the segment text.

use super::{Arrival, Next};
use crate::tcp::state::State;
use crate::tcp::window::Acceptable;

pub(super) fn step(a: &mut Arrival<'_>) -> Next {
    if a.ack_only {
        a.acknowledge();
        return Next::Done;
    }
    let segment = a.seg.segment;
    if segment.text == 0 {
        return Next::Go;
    }
    a.acknowledge();
    if receives_text(a.point.state) {
        if a.before.rcv_nxt.may_le(text_end(a) - 1) && may_be_closed_by_user(a.point.state) {
            // SHLD-3: nobody is left to read it. The FIN may still be queued behind unsent text.
            a.abort();
        }
        take(a);
    }
    if !receives_text(a.point.state) || !is_in_order(a) {
        a.stay_silent();
    }
    Next::Go
}

/// Text that closes up moves RCV.NXT; what lies beyond a hole waits.
pub(super) fn take(a: &mut Arrival<'_>) {
    if a.outcome.after.rcv_nxt.may_ge(a.seg.seq) {
        let end = a.seg.end();
        a.outcome.after.rcv_nxt.permit(end);
    }
}

/// Whether it surely begins at RCV.NXT and lies in the window: an acknowledgment is owed, though not at once.
pub(super) fn is_in_order(a: &Arrival<'_>) -> bool {
    let begins = a.before.rcv_nxt.surely_ge(a.seg.seq) && a.before.rcv_nxt.surely_lt(a.seg.seq + 1);
    begins && a.before.receive_window().accepts(a.seg) == Acceptable::Surely
}

/// The states that the peer's FIN has not reached.
pub(super) fn receives_text(state: State) -> bool {
    use State::{Established, FinWait1, FinWait2, SynReceived};
    matches!(state, SynReceived | Established | FinWait1 | FinWait2)
}

fn may_be_closed_by_user(state: State) -> bool {
    matches!(
        state,
        State::Established | State::FinWait1 | State::FinWait2
    )
}

fn text_end(a: &Arrival<'_>) -> crate::tcp::Seq<crate::tcp::Foreign> {
    a.seg.end() - i64::from(a.seg.segment.fin())
}
