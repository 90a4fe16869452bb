//! The timeline of one 4-tuple: every segment with the states that each endpoint may be in before and after it.

use super::Replay;
use super::flow_record::first_side;
use crate::finding::Step;
use crate::flow::{Observation, Side};
use crate::tcp::{Flags, Sent, State, StateSet};
use crate::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many segments before and after a frame that is looked for are kept.
const NEAR: usize = 4;

/// The timeline of a watched 4-tuple: all of it, or what lies near some frames.
#[derive(Debug)]
pub(super) struct Timeline {
    near: Option<Arc<BTreeSet<u64>>>,
    taken: Vec<Taken>,
    /// How many of `taken` stay; those behind them may turn out to lie before a frame that is looked for.
    kept: usize,
    /// How many of the next ones stay.
    after: usize,
}

impl Timeline {
    fn push(&mut self, taken: Taken) {
        let frame = taken.frame;
        self.taken.push(taken);
        match &self.near {
            None => self.kept = self.taken.len(),
            Some(near) if near.contains(&frame) => {
                self.kept = self.taken.len();
                self.after = NEAR;
            }
            Some(_) if self.after > 0 => {
                self.kept = self.taken.len();
                self.after -= 1;
            }
            Some(_) if self.taken.len() - self.kept > NEAR => {
                self.taken.remove(self.kept);
            }
            Some(_) => {}
        }
    }

    fn finish(mut self) -> Vec<Taken> {
        self.taken.truncate(self.kept);
        self.taken
    }
}

/// A segment on the timeline, by side.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    incarnation: usize,
    frame: u64,
    time: Option<Timestamp>,
    side: Side,
    segment: String,
    before: [StateSet; 2],
    after: [StateSet; 2],
    /// A SYN without ACK, or a RST without: its sender may have lost its TCB before.
    tells_restart: bool,
    resets: bool,
}

impl Replay {
    /// Keeps the timeline from here on, or what lies near some frames of it.
    pub fn watch(&mut self, near: Option<Arc<BTreeSet<u64>>>) {
        self.steps.get_or_insert(Timeline {
            near,
            taken: Vec::new(),
            kept: 0,
            after: 0,
        });
    }

    /// The clocks of an incarnation run on until its next segment at `now`.
    pub(super) fn let_time_pass(&mut self, at: usize, now: Option<Timestamp>) {
        let last = self
            .connection
            .incarnations
            .get(at)
            .and_then(|inc| inc.times);
        if let (Some(notes), Some((_, last)), Some(now)) = (self.notes.get_mut(at), last, now) {
            notes.machine.wait(now.since(last));
        }
    }

    /// What the endpoints (low, high) of an incarnation may be in now.
    pub(super) fn possible_states(&self, at: usize) -> [StateSet; 2] {
        if self.steps.is_none() {
            return [StateSet::EMPTY; 2];
        }
        let machine = self.notes.get(at).map(|notes| &notes.machine);
        machine.map_or([StateSet::EMPTY; 2], |machine| {
            Side::BOTH.map(|side| machine.states(side))
        })
    }

    pub(super) fn keep_step(
        &mut self,
        seen: &Observation,
        at: usize,
        sent: &Sent<'_>,
        before: [StateSet; 2],
    ) {
        let after = self.possible_states(at);
        let Some(steps) = &mut self.steps else {
            return;
        };
        let segment = said(sent);
        steps.push(Taken {
            incarnation: at,
            frame: seen.frame,
            time: seen.time,
            side: seen.side,
            segment,
            before,
            after,
            tells_restart: sent.segment.is_bare_syn()
                || sent.segment.rst() && !sent.segment.has_ack(),
            resets: sent.segment.rst(),
        });
    }

    /// The timeline in the order of the flow record's endpoints.
    pub(super) fn finish_steps(&mut self) -> Vec<Step> {
        let mut taken = self.steps.take().map(Timeline::finish).unwrap_or_default();
        note_restarts(&mut taken);
        let ordered = |states: [StateSet; 2], first: Side| match first {
            Side::Low => states,
            Side::High => [states[1], states[0]],
        };
        let step = |taken: Taken| {
            let first = self
                .connection
                .incarnations
                .get(taken.incarnation)
                .map_or(Side::Low, first_side);
            Step {
                flow: taken.incarnation,
                frame: taken.frame,
                time: taken.time,
                from_first: taken.side == first,
                segment: taken.segment,
                before: ordered(taken.before, first),
                after: ordered(taken.after, first),
            }
        };
        taken.into_iter().map(step).collect()
    }
}

/// A host that restarted tells so only later: by a SYN of its own, or by the RST with which CLOSED answers (section 3.5.1).
/// From its last segment of the old incarnation until then it may have been in CLOSED.
fn note_restarts(taken: &mut [Taken]) {
    let closed = StateSet::only(State::Closed);
    for late in 0..taken.len() {
        let Some((before, rest)) = taken.split_at_mut_checked(late) else {
            return;
        };
        let Some(teller) = rest.first_mut().filter(|step| step.tells_restart) else {
            continue;
        };
        let (side, incarnation) = (teller.side, teller.incarnation);
        let end = if side == Side::Low { 0 } else { 1 };
        let opens = !teller.resets;
        if !opens {
            add(&mut teller.before, end, closed);
        }
        let silent = before
            .iter_mut()
            .rev()
            .filter(|step| opens || step.incarnation == incarnation);
        for step in silent {
            add(&mut step.after, end, closed);
            if step.side == side {
                break;
            }
            add(&mut step.before, end, closed);
        }
    }
}

fn add(states: &mut [StateSet; 2], end: usize, more: StateSet) {
    if let Some(set) = states.get_mut(end) {
        *set = set.union(more);
    }
}

/// `[P.] 1:501 ack 1 win 512`
fn said(sent: &Sent<'_>) -> String {
    const LETTERS: [(Flags, char); 8] = [
        (Flags::SYN, 'S'),
        (Flags::FIN, 'F'),
        (Flags::RST, 'R'),
        (Flags::PSH, 'P'),
        (Flags::URG, 'U'),
        (Flags::ECE, 'E'),
        (Flags::CWR, 'W'),
        (Flags::ACK, '.'),
    ];
    let segment = sent.segment;
    let flags: String = LETTERS
        .iter()
        .filter(|(bit, _)| segment.flags.has(*bit))
        .map(|(_, letter)| *letter)
        .collect();
    let flags = if flags.is_empty() {
        "none".to_owned()
    } else {
        flags
    };
    let octets = match segment.text {
        0 => sent.seq.to_string(),
        _ => format!("{}:{}", sent.text_start(), sent.text_end()),
    };
    let ack = sent
        .ack
        .map_or_else(String::new, |ack| format!(" ack {ack}"));
    format!("[{flags}] {octets}{ack} win {}", segment.wnd)
}
