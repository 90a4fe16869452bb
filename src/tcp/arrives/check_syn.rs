//! RFC 9293 section 3.10.7.4, fourth step: check the SYN bit.

use super::check_seq::is_crossed_syn_ack;
use super::{Arrival, Next};
use crate::tcp::segment::Reading;
use crate::tcp::state::State;

pub(super) fn step(a: &mut Arrival<'_>) -> Next {
    if !a.seg.segment.syn() || is_crossed_syn_ack(a) {
        return Next::Go;
    }
    match a.point.state {
        State::SynReceived => in_syn_received(a),
        State::TimeWait => in_time_wait(a),
        _ => in_synchronized(a),
    }
    Next::Drop
}

/// Back to LISTEN after a passive OPEN; else a challenge. RFC 793 resets, and so does Linux.
fn in_syn_received(a: &mut Arrival<'_>) {
    a.acknowledge();
    a.stay_silent();
    if a.before.irs.is_none_or(|irs| irs == a.seg.seq) {
        // The same SYN, in the window only with the text that was not taken from it.
        a.repeat_syn_ack();
    }
    if a.before.irs != Some(a.seg.seq) {
        a.answer_with_reset();
        a.outcome.after.may_end();
    }
}

/// A challenge (RFC 5961 section 4), whatever the number. RFC 793 resets where it lies in the window.
fn in_synchronized(a: &mut Arrival<'_>) {
    a.acknowledge();
    a.stay_silent();
    if a.before.rcv_nxt.may_le(a.seg.seq) {
        a.abort();
        a.outcome.after.may_end();
    }
}

/// MAY-2 and RFC 6191: a SYN that is provably new may open the connection again. Else a challenge.
fn in_time_wait(a: &mut Arrival<'_>) {
    a.acknowledge();
    a.stay_silent();
    if !a.seg.segment.has_ack() && may_reopen(a) {
        a.answer_with_syn_ack();
        a.outcome.after.may_end();
    }
}

fn may_reopen(a: &Arrival<'_>) -> bool {
    let options = &a.seg.segment.options;
    let by_number = a.before.rcv_nxt.may_le(a.seg.seq - 1);
    match (options.timestamps, a.before.ts_recent) {
        (Some(ts), Some(recent)) => {
            let ahead = ts.val.wrapping_sub(recent).cast_signed();
            ahead > 0 || ahead == 0 && by_number
        }
        (Some(_), None) => true,
        (None, _) => by_number || options.reading != Reading::Complete,
    }
}
