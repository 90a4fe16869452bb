//! RFC 9293 section 3.10.7.4, second step: check the RST bit.
//!
//! RFC 5961 asks for the exact number and a challenge for another one in the window; RFC 793 took any in the window.

use super::{Arrival, Next};

pub(super) fn step(a: &mut Arrival<'_>) -> Next {
    if !a.seg.segment.rst() {
        return Next::Go;
    }
    // SYN-RECEIVED: to LISTEN after a passive OPEN, else to CLOSED. All others: to CLOSED. TIME-WAIT may also ignore
    // it (RFC 1337).
    a.outcome.after.may_end();
    a.stay_silent();
    if a.before.rcv_nxt.may_le(a.seg.seq - 1) {
        a.acknowledge();
    }
    Next::Done
}
