//! Octets that were acknowledged and came to the tap in damaged segments alone.

use super::Replay;
use super::case::Case;
use super::health::Facts;
use super::ruling::Ruling;
use crate::flow::Observation;
use crate::rules::numbers::ack_of_unreceived;
use crate::rules::{Need, Proof};
use crate::time::Span;

/// What a host can take in one segment while its peer has not said (RFC 9293 section 3.7.1), in favour of a card that merges.
const DEFAULT_MSS: u16 = 536;

impl Replay {
    /// Takes in a segment with a wrong checksum, from a sender of right ones.
    pub(super) fn note_corruption(&mut self, seen: &Observation) {
        if let Some(notes) = self.notes.last_mut() {
            notes.story.corrupted(seen);
        }
        let Some(incarnation) = self.connection.incarnations.last_mut() else {
            return;
        };
        let sent = incarnation.unwrap(seen.side, &seen.segment);
        let (own, peer) = incarnation.view(seen.side);
        let (end, anchored) = (own.snd_max, own.anchor.is_some());
        let said = peer.syn.as_ref().and_then(|syn| syn.offers.mss);
        let own = incarnation.ends.get_mut(seen.side);
        if anchored {
            own.damage
                .note(&sent, end, said.unwrap_or(DEFAULT_MSS), seen.frame);
        }
    }

    /// The damaged segments that alone brought what an acknowledgment names and the record lacks.
    pub(super) fn only_damaged(&self, case: &Case, epsilon: Span) -> Option<Vec<u64>> {
        let (own, peer) = self.views(case)?;
        let (left, right) = (case.accused.peer_prefix, case.accused.ack?);
        let missed = case.rule.name == "ack-of-unsent"
            && case.came_after.is_none()
            && matches!(
                case.rule_on(own, peer, epsilon),
                Ruling::CaptureLoss | Ruling::Undecided
            );
        let frames = peer.only_damaged((left.across(), right.across()), case.accused.frame);
        frames.filter(|_| missed)
    }

    /// The charges that come of it.
    pub(super) fn takers_of_damaged(&self, facts: &Facts) -> Vec<Case> {
        let charge = |case: &Case| {
            let frames = self.only_damaged(case, facts.epsilon())?;
            let (left, right) = (case.accused.peer_prefix, case.accused.ack?);
            let mut charge = case.clone();
            charge.rule = &ack_of_unreceived::RULE;
            charge.breach.message = format!(
                "acknowledges {right}; of the octets {left}..{right} only damaged copies were recorded"
            );
            charge.breach.expected = format!("ack ≤ {left}");
            charge.breach.need = Need::WholeCopy(right);
            charge.breach.proof = Proof::Weak;
            charge.breach.witnesses = frames;
            Some(charge)
        };
        self.cases.iter().filter_map(charge).collect()
    }
}
