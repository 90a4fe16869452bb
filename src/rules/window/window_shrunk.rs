//! `window-shrunk`: takes back window that it had offered. The page beside this file is its documentation and its test.

use crate::flow::Offer;
use crate::rules::{Breach, Check, Cite, Emission, Level, Order, Proof, Rule, Trigger, Variable};

/// Takes back window that it had offered.
pub static RULE: Rule = Rule {
    code: "TCP302",
    name: "window-shrunk",
    summary: "takes back window that it had offered",
    level: Level::Should,
    variable: Variable::Edge,
    cites: &[Cite::rfc(9293, "3.8.6"), Cite::rfc(7323, "2.4")],
    requirements: &["SHLD-14"],
    also_known_as: &["stream.pkt_bad_window_update", "window_recision"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("window_shrunk.md"),
    ..Rule::FAULT
};

/// The right edge should not move to the left (SHLD-14), not counting what the scale cannot express (RFC 7323 section 2.4).
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some((ack, shift)) = e.sent.ack.zip(e.own.window_shift(e.peer)) else {
        return Ok(());
    };
    // A socket that nobody reads any more, or that only remembers, says little about its buffer.
    let closing = e.own.fin.is_some() || e.segment().fin() || e.own.reset.is_some();
    let peer_closed = e.peer.fin_end().is_some_and(|end| ack.across() >= end);
    // An ACK below an earlier one is another fault, or out of order.
    let behind = e.own.ack_max.is_some_and(|max| ack < max);
    if e.segment().syn() || behind || closing || peer_closed || e.window_is_shared() {
        return Ok(());
    }
    let edge = ack + (i64::from(e.segment().wnd) << shift);
    let retreat = |offer: &Offer| offer.edge - edge;
    let wider = e.own.offers.iter();
    let wider = wider.filter(|offer| retreat(offer) >= 1 << shift);
    let Some((offer, order)) = wider
        .filter_map(|offer| Some((offer, order(e, offer)?)))
        .min_by_key(|(_, order)| order.rank())
    else {
        return Ok(());
    };
    let Some(proof) = e.worth(order.proof).filter(|_| e.joins_peer(ack)) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "takes back {} octets of the window that it offered in frame {}: the right edge moves from {} to {edge}{}",
            retreat(offer),
            offer.emitted.frame,
            offer.edge,
            order.because(),
        ),
        expected: format!("right edge ≥ {}", offer.edge),
        seen: format!("right edge {edge}"),
        need: order.need,
        proof,
        witnesses: [offer.emitted.frame].into_iter().chain(order.by).collect(),
    })
}

/// What proves that the segment left after the offer: a higher ACK does, too, because RCV.NXT never decreases.
fn order(e: &Emission<'_>, offer: &Offer) -> Option<Order> {
    let acks_more = e.sent.ack.is_some_and(|ack| ack > offer.emitted.ack);
    acks_more
        .then_some(Order::of_itself(Proof::Certain))
        .or_else(|| e.follows(&offer.emitted))
}
