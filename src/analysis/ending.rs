//! What becomes of the connections of a share once no more segments come.

use super::making::LIVE;
use super::shard::{Settled, Shard};
use super::slots::{Slot, State};
use crate::replay::{Facts, Replay, settle};

impl Shard {
    /// What the connections show of the capture, once no more segments come.
    pub(super) fn contribute(&mut self) -> Facts {
        for slot in self.slots.iter_mut() {
            if let Some(textbook) = self.making.textbook(slot) {
                textbook.contribute(&mut self.facts);
                continue;
            }
            match &slot.state {
                State::Young(young) => {
                    let mut replay = self.making.grown(slot, young, &mut self.facts);
                    replay.conclude(&mut self.facts);
                    replay.contribute(&mut self.facts);
                    // Where there is no room, it is replayed once more when it is settled.
                    let live = self.used.saturating_add(LIVE);
                    if live <= self.most {
                        self.used = live.saturating_sub(young.weight());
                        slot.state = State::Live(replay);
                    }
                    continue;
                }
                State::Empty | State::Live(_) | State::Packed(_) => {}
            }
            match &mut slot.state {
                State::Live(replay) => {
                    replay.conclude(&mut self.facts);
                    replay.contribute(&mut self.facts);
                }
                State::Packed(octets) if slot.shows => {
                    if let Some(replay) = Replay::unpack(octets) {
                        replay.contribute(&mut self.facts);
                    }
                }
                State::Young(_) | State::Packed(_) | State::Empty => {}
            }
        }
        std::mem::take(&mut self.facts)
    }

    /// Counts those of which nothing can be said now that the capture is known.
    pub(super) fn count_textbooks(&mut self, facts: &Facts) {
        for slot in self.slots.iter_mut() {
            let textbook = self.making.textbook(slot);
            if let Some(textbook) = textbook.filter(|textbook| !textbook.is_telling(facts)) {
                slot.state = State::Empty;
                self.sums.count_textbook(&textbook);
            }
        }
    }

    /// Settles what is left, one after the other.
    pub(super) fn settle(self, facts: &Facts) -> impl Iterator<Item = Settled> {
        let (judgement, making) = (self.judgement, self.making);
        let settled = move |mut slot: Slot| {
            let replay = match std::mem::replace(&mut slot.state, State::Empty) {
                State::Young(young) => {
                    // What it shows of the capture is known.
                    let mut shown = Facts::default();
                    let mut replay = making.grown(&slot, &young, &mut shown);
                    replay.conclude(&mut shown);
                    *replay
                }
                State::Live(replay) => *replay,
                State::Packed(octets) => Replay::unpack(&octets)?,
                State::Empty => return None,
            };
            let verdicts = settle(replay, facts, &judgement);
            Some(Settled {
                name: slot.name,
                tuple: slot.tuple,
                verdicts,
            })
        };
        let rest = self.slots.into_inner().into_iter().filter_map(settled);
        self.done.into_iter().chain(rest)
    }
}
