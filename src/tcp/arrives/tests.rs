//! The cells of section 3.10.7, state by state: what is required or allowed is permitted, what is forbidden is not.

mod closing;
mod honest;
mod letter;
mod monotony;
mod opening;
mod synchronized;

use super::*;
use crate::tcp::{
    Flags, Half, Interval, Local, Opening, Order, OrderKnowledge, RecvHalf, Segment, SendHalf,
    StateSet,
};
use SendHalf::*;

pub(super) const SYN: Flags = Flags::SYN;
pub(super) const ACK: Flags = Flags::ACK;
pub(super) const RST: Flags = Flags::RST;
pub(super) const FIN: Flags = Flags::FIN;

/// Where RCV.NXT and SND.NXT stand in the synchronised states of these tests.
pub(super) const NXT: i64 = 101;
pub(super) const EDGE: i64 = 1101;

/// Variables with nothing hidden: `una..nxt` sent and unacknowledged, the window from `rcv` to `edge`.
pub(super) fn exact(send: SendHalf, recv: RecvHalf, una: i64, nxt: i64, rcv: i64) -> Variables {
    let at = |n: i64| Hidden::between(Seq::relative(n), Seq::relative(n));
    let mut v = Variables::fresh(None);
    (v.send, v.recv) = (Interval::exactly(send), Interval::exactly(recv));
    v.iss = (send != Nothing).then_some(Seq::SYN);
    v.snd_una = at(una);
    v.snd_nxt = at(nxt);
    if recv != RecvHalf::NoSyn {
        v.irs = Some(Seq::SYN);
        v.rcv_nxt = Hidden::between(Seq::relative(rcv), Seq::relative(rcv));
        v.rcv_edge = Hidden::between(
            Seq::relative(rcv + EDGE - NXT),
            Seq::relative(rcv + EDGE - NXT),
        );
    }
    if send.is_at_least(FinSent { syn_acked: false }) {
        v.fin = Some(Seq::relative(nxt - 1));
    }
    if recv == RecvHalf::FinReceived {
        v.peer_fin = Some(Seq::relative(rcv - 1));
    }
    v
}

pub(super) fn in_state_named(state: State) -> Variables {
    use RecvHalf::{FinReceived, NoSyn, SynReceived};
    let sent = FinSent { syn_acked: true };
    let mut v = match state {
        State::Closed | State::Listen => exact(Nothing, NoSyn, 0, 0, 0),
        State::SynSent => exact(SynSent, NoSyn, 0, 1, 0),
        State::SynReceived => exact(SynSent, SynReceived, 0, 1, 1),
        State::Established => exact(SynAcked, SynReceived, 81, NXT, NXT),
        State::FinWait1 => exact(sent, SynReceived, 81, NXT, NXT),
        State::FinWait2 => exact(FinAcked, SynReceived, NXT, NXT, NXT),
        State::CloseWait => exact(SynAcked, FinReceived, 81, NXT, NXT),
        State::Closing | State::LastAck => exact(sent, FinReceived, 81, NXT, NXT),
        State::TimeWait => exact(FinAcked, FinReceived, NXT, NXT, NXT),
    };
    match state {
        State::Closed | State::SynSent => v.opened = Some(Opening::Active),
        State::LastAck => v.order = OrderKnowledge::Known(Order::ReceivedFirst),
        State::Closing | State::TimeWait => v.order = OrderKnowledge::Known(Order::SentFirst),
        _ => {}
    }
    v
}

/// A segment with an unscaled empty window, so that it offers nothing new.
pub(super) fn seg(flags: Flags, text: u32) -> Segment {
    Segment {
        flags,
        text,
        ..Segment::default()
    }
}

pub(super) fn at<'a>(segment: &'a Segment, seq: i64, ack: i64) -> Received<'a> {
    let ack = segment.has_ack().then(|| Seq::relative(ack));
    Received {
        segment,
        seq: Seq::relative(seq),
        ack,
    }
}

/// What `flags` with `text` octets at `seq` and `ack` does in `state`.
pub(super) fn on(state: State, flags: Flags, text: u32, seq: i64, ack: i64) -> Outcome {
    let v = in_state_named(state);
    let segment = seg(flags, text);
    let received = at(&segment, seq, ack);
    if state == State::Listen {
        let point = Point {
            send: Nothing,
            recv: RecvHalf::NoSyn,
            state,
        };
        let mut outcome = Outcome::unchanged(&v);
        heading(&v, &received, point, &mut outcome);
        return outcome;
    }
    assert_eq!(
        v.states(),
        StateSet::only(state),
        "the state is exactly known"
    );
    segment_in(&v, &received)
}

pub(super) fn segment_in(v: &Variables, received: &Received<'_>) -> Outcome {
    super::segment(v, received)
}

pub(super) fn f1(outcome: &Outcome) -> Option<i64> {
    outcome.answers.resets.ack.map(Seq::<Foreign>::get)
}

pub(super) fn f2(outcome: &Outcome) -> Option<i64> {
    outcome.answers.resets.seq.map(Seq::<Local>::get)
}

pub(super) fn syn_ack(outcome: &Outcome) -> Option<(i64, i64)> {
    outcome
        .answers
        .syn_ack
        .map(|range| (range.least.get(), range.most.get()))
}

pub(super) fn states(outcome: &Outcome) -> String {
    outcome.after.states().to_string()
}

/// Only these: no RST, no ACK, no SYN,ACK.
pub(super) fn assert_silent(outcome: &Outcome) {
    assert_eq!(
        outcome.answers,
        Answers {
            silence: true,
            ..Answers::default()
        }
    );
}

/// An ACK and nothing else on the wire.
pub(super) fn assert_ack_only(outcome: &Outcome) {
    let silence = outcome.answers.silence;
    assert_eq!(
        outcome.answers,
        Answers {
            ack: true,
            silence,
            ..Answers::default()
        }
    );
}
