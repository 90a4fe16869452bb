//! RFC 9293 section 3.10.7.4, eighth step: check the FIN bit.

use super::text::{is_in_order, receives_text};
use super::{Arrival, Next};
use crate::tcp::half::RecvHalf;

pub(super) fn step(a: &mut Arrival<'_>) -> Next {
    let segment = a.seg.segment;
    if !segment.fin() {
        if segment.text == 0 {
            a.stay_silent();
            acknowledge_in_last_states(a);
        }
        return Next::Done;
    }
    a.acknowledge();
    if !receives_text(a.point.state) {
        // Its FIN is here already: the states remain, TIME-WAIT restarts its clock or, literally, does not.
        a.stay_silent();
        return Next::Done;
    }
    let fin = a.seg.end() - 1;
    let after = &mut a.outcome.after;
    if after.rcv_nxt.may_ge(a.seg.seq) {
        after.rcv_nxt.permit(fin + 1);
    }
    if after.rcv_nxt.may_ge(fin + 1) {
        after.recv.permit(RecvHalf::FinReceived);
    }
    if !is_in_order(a) {
        a.stay_silent();
    }
    Next::Done
}

/// TIME-WAIT may acknowledge whatever arrives: all that can is a copy of what was sent before.
fn acknowledge_in_last_states(a: &mut Arrival<'_>) {
    if a.point.state == crate::tcp::State::TimeWait {
        a.acknowledge();
    }
}
