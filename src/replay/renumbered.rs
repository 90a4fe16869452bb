//! Boxes on the path that number one side anew. A tap inside of one, or before it in one direction and behind it in the other, sees
//! SEQs that no ACK fits, while both endpoints are content (model: constant offsets).

use super::Replay;
use super::case::Case;
use crate::flow::{Endpoint, Pair, Placed, Side};
use crate::rules::{Need, Proof};
use crate::tcp::{Foreign, Sent, Seq};

/// What misses by less may fit by chance.
const NEAR: i64 = 1 << 20;

/// What an incarnation shows of it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Numbering {
    /// A SYN-ACK fits no SYN: the opener may be numbered anew.
    stray: bool,
    /// Whether an ACK of a side lay where its peer had been, and whether one lay far from it.
    fits: Pair<bool>,
    misses: Pair<bool>,
}

impl Numbering {
    fn hear_ack(&mut self, side: Side, ack: Seq<Foreign>, peer: &Endpoint) {
        let Some((start, end)) = peer.octets.start().zip(peer.octets.end()) else {
            return;
        };
        let at = ack.across();
        if (start - 1..=end).contains(&at) {
            *self.fits.get_mut(side) = true;
        } else if at < start - NEAR || at > end + NEAR {
            *self.misses.get_mut(side) = true;
        }
    }

    /// Whether a side acknowledges only what is far from its peer, as it does beside a tap inside of a box that renumbers.
    fn is_apart(&self) -> bool {
        let apart = |&side: &Side| *self.misses.get(side) && !*self.fits.get(side);
        Side::BOTH.iter().any(apart)
    }
}

impl Replay {
    /// Takes in how the numbers of a segment fit those of its peer, before it is recorded.
    pub(super) fn note_numbering(
        &mut self,
        at: usize,
        placed: Placed,
        side: Side,
        sent: &Sent<'_>,
    ) {
        let both = self
            .connection
            .incarnations
            .get(at)
            .zip(self.notes.get_mut(at));
        let Some((incarnation, notes)) = both else {
            return;
        };
        notes.numbering.stray |= matches!(placed, Placed::Stray(_));
        let (_, peer) = incarnation.view(side);
        if let Some(ack) = sent.ack.filter(|_| !sent.segment.rst()) {
            notes.numbering.hear_ack(side, ack, peer);
        }
    }

    /// What a proof by absence is worth where all ACKs of a side are far from its peer's numbers: a hint, unless the peer's RST repeats the
    /// number, and so shows that it is what was received. `None` where such a box is known to be on the path: its offset changes with
    /// each connection, and what comes late from one before is not told apart.
    pub(super) fn proof_if_apart(&self, case: &Case, proof: Proof) -> Option<Proof> {
        let by_absence = !matches!(case.breach.need, Need::Nothing);
        if self.translation.was_known() {
            let again = self.connection.incarnations.len() > 1;
            return (!by_absence && !again).then_some(proof);
        }
        let notes = self.notes.get(case.incarnation);
        let apart = notes.is_some_and(|notes| notes.numbering.is_apart());
        let repeated = self.views(case).is_some_and(|(_, peer)| {
            let reset = peer.reset.as_ref().map(|reset| reset.seq);
            let ack = case.accused.ack.map(Seq::<Foreign>::across);
            let far = ack.is_some_and(|ack| (ack - peer.seen_end()).abs() > NEAR);
            far && reset == ack
        });
        Some(if by_absence && apart && !repeated {
            Proof::Weak
        } else {
            proof
        })
    }

    /// Whether the peer itself begins where the accused acknowledges: then the SYN-ACK on the record is not the one that was received.
    pub(super) fn is_borne_out(&self, case: &Case) -> bool {
        let Some((_, peer)) = self
            .views(case)
            .filter(|_| case.rule.name == "handshake-ack-wrong")
        else {
            return false;
        };
        let Some(at) = case.accused.ack.map(Seq::<Foreign>::across) else {
            return false;
        };
        let between = (Seq::FIRST.min(at), Seq::FIRST.max(at));
        // Octets from before its SYN are those of the connection before, which the accused may mean as well.
        let near = at < Seq::SYN && peer.octets.touches(at, (at + NEAR).min(Seq::SYN));
        let begins = near || peer.octets.covers(at, at + 1);
        begins && (at < Seq::SYN || at > Seq::FIRST && !peer.octets.touches(between.0, between.1))
    }

    /// Whether both sides are charged with timestamps that one SYN on the record lacks: they agreed, and the record does not show how.
    pub(super) fn both_stamp(&self, case: &Case) -> bool {
        let same = |other: &&Case| {
            other.rule == case.rule
                && (other.incarnation, other.side) == (case.incarnation, case.side.other())
        };
        case.rule.name == "timestamp-not-negotiated" && self.cases.iter().any(|other| same(&other))
    }

    /// Whether a box on the path renumbers one side, so that the numbers of the two directions cannot be compared.
    pub(super) fn is_renumbered(&self, case: &Case) -> bool {
        let both = self
            .notes
            .get(case.incarnation)
            .zip(self.connection.incarnations.get(case.incarnation));
        let Some((notes, incarnation)) = both else {
            return false;
        };
        let numbering = &notes.numbering;
        let unheard = |&side: &Side| !incarnation.ends.get(side).iss_known();
        let unanswered = numbering.stray && Side::BOTH.iter().any(unheard);
        match case.breach.need {
            Need::Nothing | Need::PeerSyn(_) => false,
            _ => unanswered,
        }
    }
}
