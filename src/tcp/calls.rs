//! RFC 9293 sections 3.10.1 to 3.10.6: the user's calls, as far as they show on the wire. OPEN sends a SYN, SEND text,
//! CLOSE a FIN, ABORT a RST; RECEIVE and STATUS send nothing.
//!
//! [`emits`] is what a segment of the endpoint proves about its halves, [`permit`] whether its user may have had it
//! sent. What it sends in answer to a segment is in [`super::arrives`].

use super::half::{Half, Order, OrderKnowledge, RecvHalf, SendHalf};
use super::hidden::Hidden;
use super::segment::Sent;
use super::state::{State, StateSet};
use super::under_way::is_fast_open;
use super::variables::{Ended, Opening, Variables};

const FIN_SENT: SendHalf = SendHalf::FinSent { syn_acked: false };

/// What the endpoint may be, now that it has emitted `sent`. A segment that contradicts what was known is for the
/// caller to keep away.
#[must_use]
pub fn emits(v: &Variables, sent: &Sent<'_>) -> Variables {
    let mut after = *v;
    if sent.segment.rst() {
        resets(&mut after, sent);
        return after;
    }
    if sent.segment.syn() {
        opens(&mut after, sent);
    } else {
        has_opened(&mut after, sent);
    }
    after.snd_nxt.prove(sent.end());
    acknowledges(&mut after, sent);
    if sent.segment.fin() {
        closes(&mut after, sent);
    }
    after.let_arrive();
    after
}

/// The states that it may be in, calls included that send nothing: CLOSE and ABORT in SYN-SENT delete the TCB
/// (sections 3.10.4 and 3.10.5).
#[must_use]
pub fn unheard(v: &Variables) -> StateSet {
    let states = v.states();
    if states.contains(State::SynSent) {
        states.union(StateSet::only(State::Closed))
    } else {
        states
    }
}

/// OPEN, or the answer to a SYN.
fn opens(after: &mut Variables, sent: &Sent<'_>) {
    let segment = sent.segment;
    if after.iss.is_none() && !after.send.may_ge(SendHalf::SynSent) {
        after.snd_una = Hidden::between(sent.seq, sent.seq);
        // A copy with more text may have been lost before the tap only if Fast Open lets a SYN have any.
        after.snd_nxt = if is_fast_open(segment) {
            Hidden::at_least(sent.end())
        } else {
            Hidden::between(sent.end(), sent.end())
        };
    }
    after.fast_open |= is_fast_open(segment);
    after.iss = after.iss.or(Some(sent.seq));
    after.send.prove(SendHalf::SynSent);
    if !segment.has_ack() {
        after.opened = after.opened.or(Some(Opening::Active));
    }
}

/// Whoever sends anything but a SYN or a RST has sent its SYN before.
fn has_opened(after: &mut Variables, sent: &Sent<'_>) {
    if !after.send.may_ge(SendHalf::SynSent) {
        // The record lacks it, and whatever else went before.
        let before = after.snd_una.proven().min(sent.seq);
        after.snd_una = Hidden::at_least(before);
        after.snd_nxt = Hidden::at_least(before);
    }
    after.send.prove(SendHalf::SynSent);
}

/// Its ACK proves what it has received.
fn acknowledges(after: &mut Variables, sent: &Sent<'_>) {
    let Some(ack) = sent.ack else {
        return;
    };
    if !after.recv.may_ge(RecvHalf::SynReceived) {
        // The record lacks the SYN that it acknowledges.
        after.rcv_nxt = Hidden::at_least(ack);
        after.rcv_edge = Hidden::at_least(ack);
    }
    after.recv.prove(RecvHalf::SynReceived);
    after.rcv_nxt.prove(ack);
    after.rcv_edge.prove(ack);
    let has_fin = after.peer_fin.is_some_and(|fin| ack > fin);
    if has_fin {
        after.recv.prove(RecvHalf::FinReceived);
    }
    // An active opener sends nothing but SYNs before its own is acknowledged, unless SYNs crossed.
    if after.opened == Some(Opening::Active) && !after.may_cross && !sent.segment.syn() {
        after.send.prove(SendHalf::SynAcked);
    }
    if let Some(ts) = sent.segment.options.timestamps {
        let newer = |recent: u32| ts.ecr.wrapping_sub(recent).cast_signed() > 0;
        if after.ts_recent.is_none_or(newer) {
            after.ts_recent = Some(ts.ecr);
        }
    }
    // An empty segment above everything that may be acknowledged is no probe: its SEQ is SND.NXT.
    if has_fin && sent.segment.is_empty() && !after.snd_una.may_ge(sent.seq + 1) {
        after.nxt_at_peer_fin = after.nxt_at_peer_fin.max(Some(sent.seq));
    }
}

/// CLOSE.
fn closes(after: &mut Variables, sent: &Sent<'_>) {
    let fin = sent.text_end();
    after.fin = after.fin.or(Some(fin));
    after.send.prove(FIN_SENT);
    let before_peer_fin = match (sent.ack, after.peer_fin) {
        (Some(ack), Some(peer_fin)) => ack <= peer_fin,
        (Some(_), None) => !after.recv.may_ge(RecvHalf::FinReceived),
        (None, _) => false,
    };
    // That a copy of the FIN acknowledges the peer's does not prove that the first copy did.
    if before_peer_fin {
        after.order = OrderKnowledge::Known(Order::SentFirst);
    } else if after.order == OrderKnowledge::Either
        && after.nxt_at_peer_fin.is_some_and(|nxt| nxt >= fin)
    {
        after.order = OrderKnowledge::Known(Order::ReceivedFirst);
    }
}

/// ABORT, or a RST in answer to a segment, which changes nothing where it is sent from CLOSED, LISTEN, SYN-SENT or
/// SYN-RECEIVED.
fn resets(after: &mut Variables, sent: &Sent<'_>) {
    let answers_in_closed = sent.segment.seq.0 == 0 && sent.ack.is_some();
    // The RST of SYN-SENT and SYN-RECEIVED has the number that was wrongly acknowledged.
    let own_number = after.iss.is_some_and(|iss| sent.seq > iss) && after.snd_nxt.may_ge(sent.seq);
    let ends = after.is_surely_synchronized() && own_number && !answers_in_closed;
    if ends {
        after.ended = Ended::Surely;
    } else {
        after.may_end();
    }
}

/// Whether a call of the endpoint's user, or a retransmission of what one had sent, may emit `sent` from some state
/// that it may be in.
pub fn permit(v: &Variables, sent: &Sent<'_>) -> bool {
    let segment = sent.segment;
    let states = v.states();
    let in_any = |wanted: &[State]| wanted.iter().any(|&state| states.contains(state));
    if segment.rst() {
        return permit_abort(v, sent);
    }
    if segment.syn() {
        let same = v.iss.is_none_or(|iss| iss == sent.seq);
        return same
            && if segment.has_ack() {
                in_any(&[State::SynReceived]) && v.recv.may_ge(RecvHalf::SynReceived)
            } else {
                in_any(&[State::Closed, State::Listen, State::SynSent])
            };
    }
    // Every segment after the handshake has the ACK bit, and what it acknowledges was received.
    let Some(ack) = sent.ack else {
        return false;
    };
    let synchronizing = v.recv.may_ge(RecvHalf::SynReceived) && v.rcv_nxt.may_ge(ack);
    let new_text = segment.text > 0 && v.fin.is_some_and(|fin| sent.text_end() > fin);
    let other_fin = segment.fin() && v.fin.is_some_and(|fin| sent.text_end() != fin);
    // Text waits for ESTABLISHED (section 3.10.2); a FIN need not (section 3.10.4, SYN-RECEIVED).
    let early_text = segment.text > 0 && !v.send.may_ge(SendHalf::SynAcked) && !v.fast_open;
    synchronizing && !new_text && !other_fin && !early_text && v.ended != Ended::Surely
}

/// SEQ = SND.NXT by the letter; who gives up retransmitting uses SND.UNA, and others what lies between.
fn permit_abort(v: &Variables, sent: &Sent<'_>) -> bool {
    let opened = v.recv.may_ge(RecvHalf::SynReceived) && v.send.hi().is_at_least(SendHalf::SynSent);
    let numbers = v.snd_una.may_le(sent.seq) && v.snd_nxt.may_ge(sent.seq);
    let received = sent.ack.is_none_or(|ack| v.rcv_nxt.may_ge(ack));
    opened && numbers && received
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
