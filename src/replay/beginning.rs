//! A record that begins in the middle: what was said before it is not on it, so that nothing can be strong that rests on how a
//! connection was opened, or on which connection of these ports it is (model: the midstream gate).

use super::Replay;
use super::case::Case;
use crate::rules::{Need, Proof};

/// No endpoint has so much under way as a rule.
const FAR: i64 = 1 << 24;

impl Replay {
    /// What is left of a proof that counts on the record to have the beginning of what it shows.
    pub(super) fn proof_from_the_middle(&self, case: &Case, proof: Proof) -> Proof {
        if self.may_hide_a_rebirth(case) || self.missed_the_opening(case) {
            return Proof::Weak;
        }
        self.proof_if_reborn(case, proof)
    }

    /// Whether some connection of these ports was under way when its first segment was recorded, and the charge rests on what it
    /// had said before: on its SYN, or, in any connection that follows it, on which of the two a segment belongs to.
    fn missed_the_opening(&self, case: &Case) -> bool {
        let mut before = self.connection.incarnations.iter().enumerate();
        let begun = |first: u64| first <= case.accused.frame;
        let rests_on = |at: usize| match case.breach.need {
            Need::PeerSyn(_) | Need::PeerOffer | Need::PeerReset => true,
            // Its peer may have been another connection of these numbers before, and have sent more.
            Need::Nothing => case.rule.name == "ack-of-unsent",
            // Without the SYNs a box that renumbers one side is not known by its offset.
            Need::PeerOctets(upto) if upto - case.accused.peer_max > FAR => true,
            _ => at != case.incarnation,
        };
        before.any(|(at, incarnation)| {
            let (first, _) = incarnation.frames.unwrap_or_default();
            incarnation.midstream && begun(first) && rests_on(at)
        }) || self.asked_again(case)
    }

    /// Whether the charge is that an option was not asked for, by a SYN that was sent again: hosts that get no answer ask for less
    /// (RFC 3168 section 6.1.1.1), and the one that asked for all may have been sent before the record began.
    fn asked_again(&self, case: &Case) -> bool {
        let Some((_, peer)) = self.views(case) else {
            return false;
        };
        let again = peer.syn.as_ref().is_some_and(|syn| syn.bare > 1);
        case.breach.need == Need::PeerOffer && again
    }
}
