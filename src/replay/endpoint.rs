//! The two halves of an endpoint as its record and its peer's bound them (model: two halves, not eleven flat names).

use crate::flow::Endpoint;
use crate::tcp::{
    Foreign, Interval, Order, OrderKnowledge, RecvHalf, SendHalf, Seq, State, StateSet,
    states as compose,
};

/// The states that `own` can be in, given everything seen of it and of its peer.
pub(super) fn states(own: &Endpoint, peer: &Endpoint) -> StateSet {
    if own.reset.is_some_and(|reset| reset.ends) {
        return StateSet::only(State::Closed);
    }
    let set = compose(send_half(own, peer), recv_half(own, peer), order(own, peer));
    let may_be_gone = peer.reset.is_some() || peer.reset_in_its_name || own.reset.is_some();
    if may_be_gone {
        set.union(StateSet::only(State::Closed))
    } else {
        set
    }
}

fn send_half(own: &Endpoint, peer: &Endpoint) -> Interval<SendHalf> {
    if own.syn.is_none() && own.anchor.is_none() {
        return Interval::exactly(SendHalf::Nothing);
    }
    let acked = |seq: Seq<crate::tcp::Local>| peer.ack_max.is_some_and(|ack| ack.across() >= seq);
    let opener_goes_on = own.syn.as_ref().is_none_or(|syn| syn.bare > 0)
        && own.ack_max.is_some()
        && own.kept.segments
            > own
                .syn
                .as_ref()
                .map_or(0, |syn| u64::from(syn.bare + syn.with_ack));
    // It took octets of the peer, and every segment that carried any acknowledged its SYN (model: the evidence staircase).
    let opening = peer.syn.as_ref().map_or(0, |syn| i64::from(syn.text));
    let took_octets = own.ack_max.is_some_and(|ack| ack > Seq::FIRST + opening);
    let syn_acked = own.syn.is_none() || opener_goes_on || took_octets;
    let mut half = Interval::exactly(if syn_acked {
        SendHalf::SynAcked
    } else {
        SendHalf::SynSent
    });
    if acked(Seq::FIRST) {
        half.permit(SendHalf::SynAcked);
    }
    let Some(fin) = own.fin else { return half };
    half.prove(SendHalf::FinSent { syn_acked: false });
    if acked(fin.at + 1) {
        half.permit(SendHalf::FinAcked);
    }
    let knows = peer.fin.is_some_and(|theirs| {
        let told = theirs
            .acks
            .is_some_and(|(lowest, _)| lowest > fin.at.across());
        told && own.ack_max.is_some_and(|ack| ack > theirs.at.across())
    });
    if knows {
        half.prove(SendHalf::FinAcked);
    }
    half
}

fn recv_half(own: &Endpoint, peer: &Endpoint) -> Interval<RecvHalf> {
    let acks = |seq: Seq<Foreign>| own.ack_max.is_some_and(|ack| ack >= seq);
    let mut half = Interval::exactly(RecvHalf::NoSyn);
    if peer.is_seen() {
        half.permit(RecvHalf::SynReceived);
    }
    if acks(Seq::FIRST) || own.syn.is_none() && own.ack_max.is_some() {
        half.prove(RecvHalf::SynReceived);
    }
    if let Some(fin) = peer.fin {
        if peer.prefix_end() > fin.at {
            half.permit(RecvHalf::FinReceived);
        }
        if acks(fin.at.across() + 1) {
            half.prove(RecvHalf::FinReceived);
        }
    }
    half
}

fn order(own: &Endpoint, peer: &Endpoint) -> OrderKnowledge {
    let (Some(fin), Some(theirs)) = (own.fin, peer.fin) else {
        return OrderKnowledge::Either;
    };
    match fin.acks {
        Some((lowest, _)) if lowest > theirs.at.across() => {
            OrderKnowledge::Known(Order::ReceivedFirst)
        }
        Some(_) => OrderKnowledge::Known(Order::SentFirst),
        None => OrderKnowledge::Either,
    }
}
