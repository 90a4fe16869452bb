//! Obligations: what an endpoint should have done and did not, or did at the wrong time. Whether that can be said depends on where the
//! tap is, and nothing else here does (model: class C is never better than `weak` unless the tap is at that endpoint).

use super::Replay;
use super::case::{Case, Stamp};
use super::clockwork::Tick;
use super::health::Facts;
use super::tap::{Standing, Tap};
use crate::flow::{Observation, Side};
use crate::rules::{Breach, Need, Proof, Rule, Variable};
use crate::tcp::Sent;

/// What it takes to hold an endpoint to an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// It was seen at work three times over: a hint from anywhere.
    Repeated,
    /// The tap is at the endpoint.
    Witnessed,
    /// The tap is at the endpoint, and it is a hint even there: a filter may stand between the two.
    Omitted,
}

impl Duty {
    /// The proof where the tap stands so; `near` if nothing that it saw of the endpoint took long.
    pub(super) const fn proof(self, standing: Standing, near: bool) -> Option<Proof> {
        match (self, standing) {
            (Self::Repeated | Self::Witnessed, Standing::There) => Some(Proof::Strong),
            (Self::Omitted, Standing::There) | (Self::Repeated, _) => Some(Proof::Weak),
            (_, Standing::Perhaps) if near => Some(Proof::Weak),
            _ => None,
        }
    }
}

/// An obligation that was not met, as it looks from the tap.
#[derive(Clone, Debug)]
pub(super) struct Charge {
    pub(super) rule: &'static Rule,
    pub(super) duty: Duty,
    pub(super) message: String,
    pub(super) expected: String,
    pub(super) witnesses: Vec<u64>,
}

impl Replay {
    /// What endpoints owe each other: ordinary segments pay, and call in debts, too.
    pub(super) fn hear_duties(
        &mut self,
        seen: &Observation,
        at: usize,
        sent: &Sent<'_>,
        fresh: bool,
    ) {
        let (Some(notes), Some(incarnation)) =
            (self.notes.get_mut(at), self.connection.incarnations.get(at))
        else {
            return;
        };
        let (own, peer) = incarnation.view(seen.side);
        notes.challenges.get_mut(seen.side).hear(sent, own, fresh);
        let charges = notes.clockwork.hear(&Tick {
            seen,
            sent: *sent,
            own,
            peer,
            fresh,
        });
        for charge in charges {
            self.charge(charge, Stamp::of(seen, at), sent);
        }
    }

    /// Opens the case of an obligation.
    pub(super) fn charge(&mut self, charge: Charge, stamp: Stamp, sent: &Sent<'_>) {
        let near = self
            .notes
            .get(stamp.incarnation)
            .is_some_and(|notes| notes.clockwork.is_near(stamp.side));
        let duty = charge.duty;
        let breach = Breach {
            message: charge.message,
            expected: charge.expected,
            seen: "not so".into(),
            need: Need::OwnSegment,
            proof: Proof::Strong,
            witnesses: charge.witnesses,
        };
        let cases = self.cases.len();
        self.accuse(charge.rule, breach, stamp, sent);
        if let Some(case) = self.cases.get_mut(cases) {
            case.duty = Some((duty, near));
        }
    }

    /// What a proof is worth from where the tap is; `None` if nothing can be said from there.
    pub(super) fn proof_from_here(
        &self,
        case: &Case,
        proof: Proof,
        facts: &Facts,
        tap: Tap,
    ) -> Option<Proof> {
        let tells_spans = facts.tells_spans();
        if let Some((duty, near)) = case.duty {
            let standing = self.standing(case.incarnation, case.side, facts, tap);
            // What was missed may be the very answer.
            if !tells_spans || facts.hints_at_loss() {
                return None;
            }
            // A tap that looks near is not there where something is lost behind it.
            let notes = self.notes.get(case.incarnation);
            let near = near && notes.is_some_and(|notes| !notes.clockwork.loses(case.side));
            return Some(proof.min(duty.proof(standing, near)?));
        }
        if case.breach.need == Need::Overtaking {
            // Nothing overtakes on the way to a tap at the sender itself.
            let standing = self.standing(case.incarnation, case.side, facts, tap);
            return (standing == Standing::There && tells_spans).then_some(proof);
        }
        if matches!(case.breach.need, Need::EarlierCopy(_))
            && (!tells_spans || facts.hints_at_loss())
        {
            return None;
        }
        if case.rule.variable == Variable::Text {
            return Some(proof.min(self.trust_in_text(case, facts, tap)));
        }
        Some(proof)
    }

    /// How surely the tap is at a side of an incarnation.
    fn standing(&self, at: usize, side: Side, facts: &Facts, tap: Tap) -> Standing {
        let opener = self
            .connection
            .incarnations
            .get(at)
            .and_then(|inc| inc.opener);
        let chosen = match tap {
            Tap::Auto => return facts.taps.standing(self.tuple().address(side).ip()),
            Tap::Client => opener == Some(side),
            Tap::Server => opener == Some(side.other()),
            Tap::Middle => false,
        };
        if chosen {
            Standing::There
        } else {
            Standing::Apart
        }
    }

    /// How much two texts for one number prove against their sender: a box on the way may have sent one of them. None is before a tap
    /// at the sender; elsewhere it is unlikely where nothing on the path had to be repaired.
    fn trust_in_text(&self, case: &Case, facts: &Facts, tap: Tap) -> Proof {
        let Some((own, peer)) = self.views(case) else {
            return Proof::Weak;
        };
        let repaired = own.kept.retransmissions > case.alike + 1
            || peer.kept.retransmissions > 0
            || own.reset.is_some()
            || peer.reset.is_some()
            || own.octets.len() > 1;
        match self.standing(case.incarnation, case.side, facts, tap) {
            Standing::There => Proof::Certain,
            _ if repaired => Proof::Weak,
            _ => Proof::Strong,
        }
    }
}
