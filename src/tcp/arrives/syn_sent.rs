//! RFC 9293 section 3.10.7.3: SYN-SENT STATE.

use super::{Arrival, text};
use crate::tcp::half::{RecvHalf, SendHalf};

/// What the first step finds.
struct AckOfOwnSyn {
    may_be_acceptable: bool,
    may_be_unacceptable: bool,
}

pub(super) fn arrives(a: &mut Arrival<'_>) {
    let segment = a.seg.segment;
    // First, check the ACK bit.
    let ack = a.seg.ack.map(|ack| AckOfOwnSyn {
        may_be_acceptable: a.before.iss.is_none_or(|iss| ack > iss) && a.before.snd_nxt.may_ge(ack),
        may_be_unacceptable: a.before.iss.is_none_or(|iss| ack <= iss)
            || a.before.snd_nxt.may_le(ack - 1),
    });
    if ack.as_ref().is_some_and(|ack| ack.may_be_unacceptable) {
        a.stay_silent();
        if !segment.rst() {
            a.answer_with_reset();
        }
    }
    if ack.as_ref().is_some_and(|ack| !ack.may_be_acceptable) {
        return;
    }
    // Second, check the RST bit: without an acceptable ACK it is ignored.
    if segment.rst() {
        a.stay_silent();
        if ack.is_some() {
            a.outcome.after.may_end();
        }
        return;
    }
    // Third, check the security: nothing of it is on the wire.
    // Fourth, check the SYN bit; fifth, a segment without SYN and RST is dropped.
    if !segment.syn() {
        a.stay_silent();
        return;
    }
    a.outcome.takes_syn(a.seg.seq);
    if let Some(ack) = a.seg.ack {
        a.outcome.after.send.permit(SendHalf::SynAcked);
        a.outcome.after.snd_una.permit(ack);
        a.acknowledge();
        // Literally text and FIN are processed at the sixth step; some take only the SYN. Both are within the bound.
        text::take(a);
        if segment.fin() {
            a.outcome.after.recv.permit(RecvHalf::FinReceived);
        }
    } else {
        // Simultaneous open.
        a.outcome.after.may_cross = true;
        a.answer_with_syn_ack();
        a.stay_silent();
        text::take(a);
    }
}
