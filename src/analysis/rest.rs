//! Which connections have come to rest: in order of their silence, by record times alone. Decides nothing about them.

use super::slots::{Slot, Slots, State};
use crate::time::{Span, Timestamp};
use std::collections::VecDeque;

/// A connection that is over is packed after this.
const OVER: Span = Span::from_secs(1);
/// Any other after this.
const IDLE: Span = Span::from_secs(30);
/// The longest TIME-WAIT (RFC 9293 section 3.4.2): after it, nothing that comes belongs to what was.
const FORGOTTEN: Span = Span::from_secs(240);

/// Places in the order in which they came to rest. A place that has moved on since is passed over, or comes back later.
#[derive(Debug, Default)]
pub(super) struct Rest {
    over: VecDeque<(Timestamp, u32)>,
    idle: VecDeque<(Timestamp, u32)>,
    packed: VecDeque<(Timestamp, u32)>,
    packed_idle: VecDeque<u32>,
    unpackable: VecDeque<u32>,
}

impl Rest {
    /// A segment was recorded.
    pub(super) fn note(&mut self, at: u32, slot: &mut Slot) {
        let State::Live(replay) = &slot.state else {
            return;
        };
        if !slot.over && replay.is_over() {
            slot.over = true;
            self.over.push_back((slot.last, at));
        }
        if !slot.idle {
            slot.idle = true;
            self.idle.push_back((slot.last, at));
        }
    }

    pub(super) fn packed(&mut self, at: u32, slot: &Slot, over: bool) {
        if over {
            self.packed.push_back((slot.last, at));
        } else {
            self.packed_idle.push_back(at);
        }
    }

    pub(super) fn cannot_be_packed(&mut self, at: u32) {
        self.unpackable.push_back(at);
    }

    /// A connection that has been over for long enough.
    pub(super) fn next_over(&mut self, now: Timestamp, slots: &mut Slots) -> Option<u32> {
        while let Some(&(_, at)) = self
            .over
            .front()
            .filter(|(since, _)| apart(now, *since) >= OVER)
        {
            self.over.pop_front();
            let Some(slot) = slots.get_mut(at) else {
                continue;
            };
            slot.over = false;
            match silence(slot, now) {
                Some(silent) if silent >= OVER => return Some(at),
                Some(_) => {
                    slot.over = true;
                    self.over.push_back((slot.last, at));
                }
                None => {}
            }
        }
        None
    }

    /// A connection that has been silent for long enough.
    pub(super) fn next_idle(&mut self, now: Timestamp, slots: &mut Slots) -> Option<u32> {
        while let Some(&(_, at)) = self
            .idle
            .front()
            .filter(|(since, _)| apart(now, *since) >= IDLE)
        {
            self.idle.pop_front();
            let Some(slot) = slots.get_mut(at) else {
                continue;
            };
            slot.idle = false;
            match silence(slot, now) {
                Some(silent) if silent >= IDLE => return Some(at),
                Some(_) => {
                    slot.idle = true;
                    self.idle.push_back((slot.last, at));
                }
                None => {}
            }
        }
        None
    }

    /// A packed connection of whose end nothing more can come.
    pub(super) fn next_to_settle(&mut self, now: Timestamp, slots: &mut Slots) -> Option<u32> {
        while let Some(&(since, at)) = self.packed.front() {
            if now.since(since) < FORGOTTEN {
                return None;
            }
            self.packed.pop_front();
            if slots
                .get_mut(at)
                .is_some_and(|slot| is_packed(slot) && slot.last == since)
            {
                return Some(at);
            }
        }
        None
    }

    /// What goes first where memory is short: the closed, the silent, then whatever is oldest.
    pub(super) fn next_to_give_up(&mut self, slots: &mut Slots) -> Option<u32> {
        while let Some((since, at)) = self.packed.pop_front() {
            if slots
                .get_mut(at)
                .is_some_and(|slot| is_packed(slot) && slot.last == since)
            {
                return Some(at);
            }
        }
        while let Some(at) = self.packed_idle.pop_front() {
            if slots.get_mut(at).is_some_and(|slot| is_packed(slot)) {
                return Some(at);
            }
        }
        while let Some(at) = self.unpackable.pop_front() {
            if slots
                .get_mut(at)
                .is_some_and(|slot| matches!(slot.state, State::Live(_)))
            {
                return Some(at);
            }
        }
        while let Some((_, at)) = self.idle.pop_front() {
            if let Some(slot) = slots.get_mut(at) {
                slot.idle = false;
                if matches!(slot.state, State::Live(_)) {
                    return Some(at);
                }
            }
        }
        None
    }
}

/// For how long a live connection has been silent.
fn silence(slot: &Slot, now: Timestamp) -> Option<Span> {
    matches!(slot.state, State::Live(_)).then(|| apart(now, slot.last))
}

/// How far apart two times are: where the clock has stepped back, what lies ahead of it is old, too.
fn apart(now: Timestamp, then: Timestamp) -> Span {
    Span::from_nanos(now.since(then).nanos().saturating_abs())
}

const fn is_packed(slot: &Slot) -> bool {
    matches!(slot.state, State::Packed(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else the one that was recorded in a distant future would stand before all others for ever.
    #[test]
    fn what_lies_far_ahead_of_the_clock_is_at_rest() {
        let (mut rest, mut slots) = (Rest::default(), Slots::default());
        let at = |seconds| Timestamp::default().plus(Span::from_secs(seconds));
        rest.over
            .extend([(at(1_000_000), 0), (at(10), 1), (at(20), 2)]);
        rest.idle
            .extend([(at(1_000_000), 0), (at(10), 1), (at(20), 2)]);
        // Nobody is there any more: all are passed over.
        assert_eq!(rest.next_over(at(100), &mut slots), None);
        assert_eq!(rest.next_idle(at(100), &mut slots), None);
        assert!(rest.over.is_empty() && rest.idle.is_empty());
    }
}
