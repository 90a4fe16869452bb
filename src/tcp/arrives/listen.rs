//! RFC 9293 section 3.10.7.2: LISTEN STATE.

use super::{Arrival, text};
use crate::tcp::half::RecvHalf;

pub(super) fn arrives(a: &mut Arrival<'_>) {
    let segment = a.seg.segment;
    a.stay_silent();
    // First, check for a RST.
    if segment.rst() {
        return;
    }
    // Second, check for an ACK. One that completes a SYN cookie finds SYN-RECEIVED on the record, not LISTEN.
    if segment.has_ack() {
        a.answer_with_reset();
        return;
    }
    // Third, check for a SYN. A listener with a full queue may refuse it with a RST instead, as Windows does.
    if segment.syn() {
        a.answer_with_syn_ack();
        a.answer_with_reset();
        take(a);
    }
    // Fourth, other data or control: drop the segment.
}

/// A port that was left by a connection may listen again, but what comes then is a connection of its own.
fn take(a: &mut Arrival<'_>) {
    if a.point.recv != RecvHalf::NoSyn {
        return;
    }
    a.outcome.takes_syn(a.seg.seq);
    // "Any other incoming control or data (combined with SYN) will be processed in the SYN-RECEIVED state."
    text::take(a);
    if a.seg.segment.fin() {
        a.outcome.after.recv.permit(RecvHalf::FinReceived);
    }
}
