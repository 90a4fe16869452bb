//! Obligations: what an endpoint should have done and did not, or did at the wrong time. Whether that can be said depends on where the
//! tap is, and nothing else here does (model: class C is never better than `weak` unless the tap is at that endpoint).

use super::Replay;
use super::case::Stamp;
use super::tap::Standing;
use crate::rules::{Breach, Need, Proof, Rule};
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
}
