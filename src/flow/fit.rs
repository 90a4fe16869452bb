//! How well the numbers of a segment fit an incarnation: measures only, the choice is made in `placement`.

use super::endpoint::Endpoint;
use super::four_tuple::Side;
use super::incarnation::Incarnation;
use crate::tcp::{Foreign, Segment, Seq, SeqNum};

/// How far SEQ and ACK may both be from everything seen before a segment is given an incarnation of its own.
const FAR: i64 = 1 << 22;

/// What it costs a segment that its ACK cannot be compared.
const UNCOMPARED: i64 = 1 << 16;

/// How badly a segment fits an incarnation: the sum of the distances of its numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Misfit {
    pub(super) both_far: bool,
    pub(super) sum: i64,
}

pub(super) fn misfit(incarnation: &Incarnation, side: Side, segment: &Segment) -> Misfit {
    let (own, peer) = incarnation.view(side);
    let seq = distance(own, segment.seq);
    let ack = if segment.has_ack() {
        distance(peer, segment.ack)
    } else {
        Some(0)
    };
    let seq_beyond = beyond(own, segment.seq);
    let ack_beyond = segment.has_ack() && beyond(peer, segment.ack);
    let closing = own.fin.is_some() || peer.fin.is_some();
    // After its own RST, or after a second copy of the peer's SYN, an endpoint without TCB may have begun anew.
    let again = own.reset.is_some()
        || acks_syn(peer, segment.ack) && peer.syn.as_ref().is_some_and(|syn| syn.bare > 1);
    // What names the very end of the peer's stream and stands close to its own is no other connection: that would have drawn
    // the peer's number anew, and passed its own by more.
    let ended = peer.fin_end().zip(peer.anchor);
    let knows_end = segment.has_ack()
        && seq.is_some_and(|octets| octets < UNCOMPARED)
        && ended.is_some_and(|(end, anchor)| anchor.wrap(end) == segment.ack);
    let over = is_over(own, peer) && (seq_beyond && !knows_end || ack_beyond);
    if over || closing && seq_beyond && ack_beyond || again && outside(own, peer, segment.seq) {
        return Misfit {
            both_far: true,
            sum: i64::MAX,
        };
    }
    let far = |distance: Option<i64>| distance.is_none_or(|octets| octets > FAR);
    match (seq, ack) {
        // An endpoint that was never seen but goes on without a SYN must at least acknowledge the peer's: its own was missed.
        (None, Some(_)) if peer.iss_known() && !acks_syn(peer, segment.ack) => Misfit {
            both_far: true,
            sum: i64::MAX,
        },
        (None, Some(octets)) => Misfit {
            both_far: octets > FAR,
            sum: octets.saturating_add(UNCOMPARED),
        },
        (None, None) => Misfit {
            both_far: true,
            sum: i64::MAX,
        },
        // Its ACK can be compared with nothing here: another incarnation that both numbers fit is the better place.
        (Some(octets), None) => Misfit {
            both_far: octets > FAR,
            sum: octets.saturating_add(UNCOMPARED),
        },
        (Some(a), Some(b)) => Misfit {
            both_far: far(seq) && (far(ack) || !segment.has_ack()),
            sum: a.saturating_add(b),
        },
    }
}

/// The distance of a wire number from the numbers seen of an endpoint; `None` without any.
pub(super) fn distance(endpoint: &Endpoint, number: SeqNum) -> Option<i64> {
    let anchor = endpoint.anchor?;
    let high = endpoint
        .snd_max
        .max(endpoint.empty_max.unwrap_or(endpoint.snd_max));
    let low = endpoint.known.start().unwrap_or(high).min(high);
    let at = anchor.unwrap(number, high);
    Some(if at > high {
        at - high
    } else if at < low {
        low - at
    } else {
        0
    })
}

/// Whether octets of the endpoint were seen, but no SYN, and they follow this initial number closely.
pub(super) fn begins(endpoint: &Endpoint, iss: SeqNum) -> bool {
    let first = endpoint.known.start().or(endpoint.empty_max);
    let first = endpoint
        .anchor
        .zip(first)
        .map(|(anchor, first)| anchor.wrap(first));
    endpoint.syn.is_none()
        && first.is_some_and(|first| (1..=FAR).contains(&i64::from(first.distance_from(iss))))
}

pub(super) fn has_iss(endpoint: &Endpoint, number: SeqNum) -> bool {
    endpoint.iss_known() && endpoint.anchor.is_some_and(|anchor| anchor.iss() == number)
}

/// Whether `ack` acknowledges exactly the endpoint's SYN, or the SYN and octets that came on it.
pub(super) fn acks_syn(endpoint: &Endpoint, ack: SeqNum) -> bool {
    let (Some(anchor), Some(syn)) = (endpoint.anchor, endpoint.syn.as_ref()) else {
        return false;
    };
    let ahead = ack.distance_from(anchor.iss().advance(1));
    (0..=i64::from(syn.text)).contains(&i64::from(ahead))
}

/// Whether both FINs were sent and acknowledged.
pub(super) fn is_over(own: &Endpoint, peer: &Endpoint) -> bool {
    let acked = |end: &Endpoint, by: &Endpoint| {
        let fin = end.fin_end();
        fin.is_some_and(|fin| by.ack_max.is_some_and(|ack| ack.across() >= fin))
    };
    acked(own, peer) && acked(peer, own)
}

/// Whether a number lies beyond everything seen of an endpoint. Once its stream has ended that is another incarnation, which may
/// begin close by (RFC 9293 section 3.10.7.4, MAY-2).
pub(super) fn beyond(end: &Endpoint, number: SeqNum) -> bool {
    let at = end.anchor.map(|anchor| anchor.unwrap(number, end.snd_max));
    let last = end.known.end().unwrap_or_default().max(end.seen_end());
    at.is_some_and(|at| at > last)
}

/// Whether a number lies beyond everything seen of an endpoint and beyond every window offered to it, or before its SYN.
fn outside(own: &Endpoint, peer: &Endpoint, number: SeqNum) -> bool {
    let at = own.anchor.map(|anchor| anchor.unwrap(number, own.snd_max));
    let edge = peer.edge_max.map_or(own.snd_max, Seq::<Foreign>::across);
    beyond(own, number) && at.is_some_and(|at| at > edge)
        || own.iss_known() && at.is_some_and(|at| at < Seq::SYN)
}

/// Whether a number lies among those that an endpoint was seen to use, its SYN's own apart.
pub(super) fn in_stream(end: &Endpoint, number: SeqNum) -> bool {
    let at = end.anchor.map(|anchor| anchor.unwrap(number, end.snd_max));
    at.is_some_and(|at| (Seq::FIRST..=end.seen_end()).contains(&at))
}

/// Whether a number lies between those that an endpoint was seen to use and the furthest right edge that it was offered.
pub(super) fn in_window(own: &Endpoint, peer: &Endpoint, number: SeqNum) -> bool {
    let at = own.anchor.map(|anchor| anchor.unwrap(number, own.snd_max));
    let edge = peer.edge_max.map(Seq::<Foreign>::across);
    at.zip(edge)
        .is_some_and(|(at, edge)| at >= own.snd_max && at <= edge)
}
