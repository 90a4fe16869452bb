//! RFC 9293 section 3.10.7.4, first step: check the sequence number.
//!
//! The acceptability test is in [`ReceiveWindow`](crate::tcp::ReceiveWindow), literally; where stacks take what it
//! refuses, both outcomes are allowed.

use super::{Arrival, Next};
use crate::tcp::state::State;
use crate::tcp::window::Acceptable;

pub(super) fn step(a: &mut Arrival<'_>) -> Next {
    let acceptable = a.before.receive_window().accepts(a.seg);
    let stamped = a.seg.segment.options.timestamps.is_some();
    // An old timestamp makes any segment but a RST unacceptable too (RFC 7323 section 5.3, R1).
    if acceptable != Acceptable::Surely || stamped {
        refuse(a);
    }
    if acceptable != Acceptable::Never {
        return Next::Go;
    }
    if takes_all_the_same(a) {
        return Next::Go;
    }
    // "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept valid
    // ACKs, URGs, and RSTs."
    let may_be_shut = a.before.rcv_nxt.may_ge(a.before.rcv_edge.proven());
    if may_be_shut && !a.seg.segment.is_empty() && a.before.rcv_nxt.may_be(a.seg.seq) {
        a.ack_only = true;
        return Next::Go;
    }
    Next::Drop
}

/// An unacceptable segment draws an acknowledgment, unless it is a RST.
fn refuse(a: &mut Arrival<'_>) {
    a.stay_silent();
    if a.seg.segment.rst() {
        return;
    }
    a.acknowledge();
    if a.point.state == State::SynReceived {
        // The universal answer to a repeated SYN.
        a.repeat_syn_ack();
    }
}

fn takes_all_the_same(a: &Arrival<'_>) -> bool {
    let (v, seg) = (a.before, a.seg);
    let segment = seg.segment;
    // The SYN,ACK of a simultaneous open repeats the SYN, and its ACK is used.
    let crossed = is_crossed_syn_ack(a);
    // A new incarnation's SYN is not measured by the old window (MAY-2, RFC 6191).
    let reopens = segment.syn() && matches!(a.point.state, State::TimeWait | State::FinWait2);
    // Stacks trim what hangs over both edges.
    let straddles = !segment.is_empty()
        && v.rcv_nxt.may_ge(seg.seq + 1)
        && v.rcv_edge.may_le(seg.end() - 1)
        && v.rcv_nxt.may_le(seg.end() - 2);
    // Linux takes an empty segment exactly at the right edge.
    let at_edge = segment.is_empty() && v.rcv_edge.may_be(seg.seq);
    // A RST from before its sender's FIN was answered names the FIN's own number.
    let at_fin = segment.rst() && v.rcv_nxt.may_be(seg.seq + 1);
    crossed || reopens || straddles || at_edge || at_fin
}

/// The SYN,ACK that answers the own SYN while the peer's bare SYN was already taken.
pub(super) fn is_crossed_syn_ack(a: &Arrival<'_>) -> bool {
    let repeats = a.before.irs.is_none_or(|irs| irs == a.seg.seq);
    a.point.state == State::SynReceived && a.seg.segment.is_syn_ack() && repeats
}
