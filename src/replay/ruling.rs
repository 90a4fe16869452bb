//! What remains of a case when its record has ended: everything heard is weighed, still without the capture's facts.

use super::case::Case;
use crate::flow::Endpoint;
use crate::rules::{Need, Proof};
use crate::tcp::{Foreign, Seq};
use crate::time::Span;

/// What remains of a case when the record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// Guilty with this proof, while nothing hints at loss.
    Guilty(Proof),
    /// The capture swapped two segments.
    Swapped(Span),
    /// The capture missed segments.
    CaptureLoss,
    /// Not enough was recorded to say anything.
    Undecided,
}

impl Case {
    /// Weighs everything heard. `peer` is the record of the accused's peer at the end, `epsilon` the tolerance for swaps.
    pub(super) fn rule_on(&self, own: &Endpoint, peer: &Endpoint, epsilon: Span) -> Ruling {
        let swapped = self.came_after.filter(|span| *span <= epsilon);
        if let Some(span) = swapped.filter(|_| !self.retreated_by_clock) {
            return Ruling::Swapped(span);
        }
        if let Some(span) = self.echo_came_after {
            return Ruling::Swapped(span);
        }
        match self.breach.need {
            // Two records that may stand in the wrong order say nothing about any other order.
            Need::EarlierCopy(apart) if apart <= epsilon => Ruling::Undecided,
            Need::Nothing
            | Need::PeerSegment
            | Need::PeerReset
            | Need::PeerOffer
            | Need::Overtaking
            | Need::EarlierCopy(_)
            | Need::WholeCopy(_)
            | Need::OwnSegment => Ruling::Guilty(self.breach.proof),
            Need::PeerBlock(left, length) => self.rule_on_block(peer, left + i64::from(length)),
            Need::PeerOctets(upto) => self.rule_on_octets(peer, upto),
            // Without its SYN-ACK on the record the third segment may be missing as well.
            Need::PeerAck(_) if !own.iss_known() => Ruling::Undecided,
            Need::PeerAck(_) => Ruling::Guilty(self.rule_on_ack(own)),
            Need::PeerEdge(_) => self.rule_on_edge(),
            Need::PeerSyn(_)
                if matches!(self.rule.name, "data-in-syn-sent" | "fin-in-syn-sent") =>
            {
                match (self.came_after, peer.iss_known()) {
                    (None, true) => Ruling::Guilty(self.breach.proof),
                    (None, false) => Ruling::Undecided,
                    (Some(_), _) => Ruling::CaptureLoss,
                }
            }
            Need::PeerSyn(_) if self.came_after.is_some() => Ruling::CaptureLoss,
            // A box on the path that renumbers one side: the peer took the answer and went on.
            Need::PeerSyn(_)
                if self.rule.name == "synack-wrong-ack"
                    && !own.iss_known()
                    && peer.ack_max.is_some() =>
            {
                Ruling::Undecided
            }
            Need::PeerSyn(_) => Ruling::Guilty(self.breach.proof),
        }
    }

    /// Octets that left about a round trip after the SYN-ACK may have waited for an ACK that the capture missed.
    fn rule_on_ack(&self, own: &Endpoint) -> Proof {
        let waited = self
            .accused
            .time
            .zip(own.syn.as_ref().and_then(|syn| syn.time))
            .map(|(now, syn)| now.since(syn).nanos());
        match (waited, self.came_after) {
            (Some(waited), Some(answer)) if waited.saturating_mul(2) >= answer.nanos() => {
                Proof::Weak
            }
            _ => self.breach.proof,
        }
    }

    fn rule_on_octets(&self, peer: &Endpoint, upto: Seq<Foreign>) -> Ruling {
        if self.retreated || self.peer_denies {
            return Ruling::Guilty(self.breach.proof);
        }
        if self.came_after.is_some() {
            return Ruling::Guilty(Proof::Weak);
        }
        // A segment without octets shows how far its sender had come, too.
        if peer.snd_max.max(peer.empty_max.unwrap_or(peer.snd_max)) >= upto.across() {
            Ruling::CaptureLoss
        } else if self.rule.name == "handshake-ack-wrong" {
            // Before its SYN is acknowledged the peer has no octets to send.
            Ruling::Guilty(self.breach.proof)
        } else {
            Ruling::Undecided
        }
    }

    /// Octets that did not exist at the time are sent, and recorded, later.
    fn rule_on_block(&self, peer: &Endpoint, right: Seq<Foreign>) -> Ruling {
        let late = Span::from_millis(100);
        let never =
            peer.fin.is_some_and(|fin| fin.verified) && peer.fin_end() < Some(right.across());
        match self.came_after {
            // Nothing comes after a FIN, whatever was not recorded before it.
            None if never && peer.snd_max <= peer.fin_end().unwrap_or(peer.snd_max) => {
                Ruling::Guilty(self.breach.proof)
            }
            Some(_) if self.peer_denies => Ruling::Guilty(self.breach.proof),
            Some(span) if span > late => Ruling::Guilty(Proof::Weak),
            None if peer.snd_max >= right.across() => Ruling::CaptureLoss,
            None if self.peer_denies => Ruling::Guilty(self.breach.proof),
            _ => Ruling::Undecided,
        }
    }

    fn rule_on_edge(&self) -> Ruling {
        if self.peer_denies || self.returned && !self.peer_confirms {
            return Ruling::Guilty(self.breach.proof);
        }
        match (self.peer_confirms, self.rule.name) {
            (true, "window-overrun") => Ruling::Guilty(Proof::Weak),
            (true, _) => Ruling::CaptureLoss,
            (false, _) => Ruling::Undecided,
        }
    }
}
