//! Answers that were owed and never came, told when the record has ended: challenge ACKs (RFC 9293 section 3.10.7.4, RFC 5961) and the
//! acknowledgment of a repeated FIN in TIME-WAIT (section 3.10.7.4). Silence has many reasons, so each is a hint at most.

use super::Replay;
use super::case::{Case, Stamp};
use super::duty::Duty;
use super::profiles::{Profiles, SHORTEST_TIME_WAIT};
use super::time_wait::Unanswered;
use crate::flow::{Endpoint, Observation, Placed, Side};
use crate::rules::{Breach, Context, Emission, Need, Proof, Rule, closing, reset};
use crate::tcp::{Checksum, Segment, Sent};
use crate::time::{Span, Timestamp};

/// How far apart the first and the last repetition are at least that call for an answer.
const SPREAD: Span = Span::from_millis(200);

/// Where and when something was recorded.
type At = (u64, Option<Timestamp>);

/// What called for a challenge ACK of one side, and what became of it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Challenges {
    waiting: Vec<At>,
    ignored: Vec<At>,
    answered: bool,
}

impl Challenges {
    const KEPT: usize = 8;

    /// Something in the peer's name calls for one.
    fn call(&mut self, seen: &Observation) {
        if self.waiting.len() < Self::KEPT {
            self.waiting.push((seen.frame, seen.time));
        }
    }

    /// The endpoint emitted `sent`: an answer, or a sign that it lives and gave none.
    pub(super) fn hear(&mut self, sent: &Sent<'_>, own: &Endpoint, fresh: bool) {
        if self.waiting.is_empty() {
            return;
        }
        let segment = sent.segment;
        let repeats = segment.is_empty() && sent.ack == own.ack_max && sent.seq == own.snd_max;
        let waiting = std::mem::take(&mut self.waiting);
        if segment.rst() || segment.syn() || repeats {
            self.answered = true;
        } else if fresh && segment.text > 0 && self.ignored.len() < Self::KEPT {
            self.ignored.extend(waiting);
        }
    }

    /// The calls that were ignored, if none was answered and one was no accident.
    fn ignored(&self) -> Option<&[At]> {
        (self.ignored.len() > 1 && !self.answered).then_some(&*self.ignored)
    }
}

impl Replay {
    /// Notes a SYN, or a RST that is in the window and not exact, in the name of `seen.side`: the other side owes a challenge ACK.
    pub(super) fn note_call(&mut self, seen: &Observation, placed: Placed) {
        let segment = &seen.segment;
        let (older, opens) = match placed {
            Placed::Opens(new) if segment.is_bare_syn() => (new, true),
            _ if segment.rst() => (self.notes.len(), false),
            _ => return,
        };
        let alive = |end: &Endpoint| {
            end.ack_max.is_some() && end.fin.is_none() && end.reset.is_none() && end.bounded
        };
        let incarnations = self.connection.incarnations.iter().take(older);
        for (incarnation, notes) in incarnations.zip(&mut self.notes) {
            let (own, peer) = incarnation.view(seen.side);
            if !alive(own) || !alive(peer) {
                continue;
            }
            let sent = incarnation.unwrap(seen.side, segment);
            let edge = peer.edge_max.map(|edge| edge.across());
            let inexact = sent.seq > own.seen_end() && edge.is_some_and(|edge| edge > sent.seq);
            if opens || inexact {
                notes.challenges.get_mut(seen.side.other()).call(seen);
            }
        }
    }

    /// The cases of what never came.
    pub(super) fn omissions(&self, profiles: &Profiles) -> Vec<Case> {
        let mut cases = Vec::new();
        for (at, notes) in self.notes.iter().enumerate() {
            for side in Side::BOTH {
                let time_wait = profiles.time_wait(self.tuple().address(side).ip());
                if let Some(ignored) = notes.challenges.get(side).ignored() {
                    cases.extend(self.omission(
                        &reset::no_challenge_ack::RULE,
                        (at, side),
                        ignored,
                        "lives on and does not answer a SYN or RST that calls for a challenge ACK",
                    ));
                }
                if let Some(silent) = self.silent_in_time_wait(at, side, time_wait) {
                    cases.extend(self.omission(
                        &closing::time_wait_no_reack::RULE,
                        (at, side),
                        &silent,
                        "must be in TIME-WAIT and does not answer a repeated FIN",
                    ));
                }
            }
        }
        cases
    }

    fn silent_in_time_wait(
        &self,
        at: usize,
        side: Side,
        time_wait: Option<Span>,
    ) -> Option<Vec<At>> {
        let (own, peer) = self.connection.incarnations.get(at)?.view(side);
        let watch = self.notes.get(at)?.watches.get(side);
        let left = watch.left || watch.renewed || watch.assassin().is_some();
        if left || !watch.entered(own, peer) {
            return None;
        }
        let Unanswered { first, last, count } = watch.unanswered?;
        // A stay that may be over owes nothing.
        let limit = time_wait.map_or(SHORTEST_TIME_WAIT, |limit| limit.min(SHORTEST_TIME_WAIT));
        let (stay, _) = watch.dwell(last.1)?;
        // An answer takes its time, and repetitions that come in one go are one.
        let spread = last.1.zip(first.1);
        let spread = spread.is_some_and(|(last, first)| last.since(first) >= SPREAD);
        let owed = count >= 3 && spread && stay >= Span::ZERO && stay < limit;
        owed.then(|| vec![first, last])
    }

    fn omission(
        &self,
        rule: &'static Rule,
        (at, side): (usize, Side),
        calls: &[At],
        deed: &str,
    ) -> Option<Case> {
        let (own, peer) = self.connection.incarnations.get(at)?.view(side);
        let (frame, time) = *calls.first()?;
        let mut segment = Segment {
            checksum: Checksum::Good,
            ..Segment::default()
        };
        segment.marks.ttl = self.ends.get(side).ttls.usual().unwrap_or_default();
        let sent = Sent {
            segment: &segment,
            seq: own.snd_max,
            ack: own.ack_max,
        };
        let emission = Emission {
            sent,
            own,
            peer,
            context: Context::default(),
        };
        let frames: Vec<u64> = calls.iter().map(|(frame, _)| *frame).collect();
        let breach = Breach {
            message: format!("{deed}: frames {frames:?}"),
            expected: "an ACK".into(),
            seen: "none".into(),
            need: Need::OwnSegment,
            proof: Proof::Weak,
            witnesses: frames,
        };
        let stamp = Stamp {
            side,
            incarnation: at,
            frame,
            time,
        };
        let mut case = Case::open(rule, stamp, &emission, breach);
        let near = self.notes.get(at)?.clockwork.is_near(side);
        case.duty = Some((Duty::Omitted, near));
        Some(case)
    }
}
