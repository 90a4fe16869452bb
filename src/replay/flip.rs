//! Whether one flipped bit explains a segment whose checksum could not be verified (model: capture health).

use crate::rules::{Emission, Rule, Variable};
use crate::tcp::{Foreign, Seq, SeqNum};

/// Whether the number that the fault of `rule` rests on is one bit away from one that its sender may have sent.
pub(super) fn may_be_flipped(e: &Emission<'_>, rule: &Rule) -> bool {
    match rule.variable {
        Variable::Seq => one_bit_from(e.segment().seq, |number| is_own(e, number)),
        Variable::Ack => one_bit_from(e.segment().ack, |number| is_received(e, number)),
        // Who means to send no ACK has nothing to put into the field.
        Variable::Flags => e.segment().ack != SeqNum(0),
        variable => variable.is_one_field(),
    }
}

fn one_bit_from(number: SeqNum, legal: impl Fn(SeqNum) -> bool) -> bool {
    (0..u32::BITS).any(|bit| legal(SeqNum(number.0 ^ 1 << bit)))
}

/// From what the peer has acknowledged to where its window ends.
fn is_own(e: &Emission<'_>, number: SeqNum) -> bool {
    let (own, peer) = (e.own, e.peer);
    let at = own.anchor.map(|anchor| anchor.unwrap(number, own.snd_max));
    let low = peer.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across);
    let edge = peer.edge_max.map_or(own.snd_max, Seq::<Foreign>::across);
    at.is_some_and(|at| (low..=edge.max(own.snd_max)).contains(&at))
}

/// From what the sender has acknowledged to all that it can have received.
fn is_received(e: &Emission<'_>, number: SeqNum) -> bool {
    let peer = e.peer;
    let at = peer
        .anchor
        .map(|anchor| anchor.unwrap(number, peer.snd_max));
    let low = e.own.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across);
    at.is_some_and(|at| (low..=peer.prefix_end()).contains(&at))
}
