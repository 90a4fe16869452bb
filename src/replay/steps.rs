//! The timeline of one 4-tuple: every segment with the states that each endpoint may be in before and after it.

use super::Replay;
use super::flow_record::first_side;
use crate::finding::Step;
use crate::flow::{Observation, Side};
use crate::tcp::{Flags, Sent, StateSet};
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
        });
    }

    /// The timeline in the order of the flow record's endpoints.
    pub(super) fn finish_steps(&mut self) -> Vec<Step> {
        let taken = self.steps.take().map(Timeline::finish).unwrap_or_default();
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
