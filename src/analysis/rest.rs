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

/// Places in the order in which they came to rest. What has happened to a place since then is seen when its turn comes.
#[derive(Debug)]
pub(super) struct Rest {
    over: Queue,
    idle: Queue,
    packed: Queue,
    packed_idle: Queue,
    unpackable: Queue,
}

/// Each place waits in it once, whoever has it: so that it never gets longer than there are places.
#[derive(Debug)]
struct Queue {
    bit: u8,
    places: VecDeque<(Timestamp, u32)>,
}

impl Queue {
    const fn new(bit: u8) -> Self {
        Self {
            bit,
            places: VecDeque::new(),
        }
    }

    fn push(&mut self, at: u32, slot: &mut Slot) {
        if slot.waits & self.bit == 0 {
            slot.waits |= self.bit;
            self.places.push_back((slot.last, at));
        }
    }

    /// The first, if it has come here at a time that will do.
    fn pop_if<'a>(
        &mut self,
        slots: &'a mut Slots,
        will_do: impl FnOnce(Timestamp) -> bool,
    ) -> Option<(u32, &'a mut Slot)> {
        self.places.front().filter(|(since, _)| will_do(*since))?;
        let (_, at) = self.places.pop_front()?;
        let slot = slots.get_mut(at)?;
        slot.waits &= !self.bit;
        Some((at, slot))
    }

    fn pop<'a>(&mut self, slots: &'a mut Slots) -> Option<(u32, &'a mut Slot)> {
        self.pop_if(slots, |_| true)
    }

    /// The first live connection of a kind that has been silent for so long.
    fn next_silent(
        &mut self,
        now: Timestamp,
        least: Span,
        slots: &mut Slots,
        is_one: impl Fn(&Slot) -> bool,
    ) -> Option<u32> {
        while let Some((at, slot)) = self.pop_if(slots, |since| apart(now, since) >= least) {
            if !is_one(slot) {
                continue;
            }
            if apart(now, slot.last) >= least {
                return Some(at);
            }
            self.push(at, slot);
        }
        None
    }
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            over: Queue::new(1),
            idle: Queue::new(1 << 1),
            packed: Queue::new(1 << 2),
            packed_idle: Queue::new(1 << 3),
            unpackable: Queue::new(1 << 4),
        }
    }
}

impl Rest {
    /// A segment was recorded.
    pub(super) fn note(&mut self, at: u32, slot: &mut Slot) {
        if is_over(slot) {
            self.over.push(at, slot);
        }
        self.idle.push(at, slot);
    }

    pub(super) fn packed(&mut self, at: u32, slot: &mut Slot, over: bool) {
        if over {
            self.packed.push(at, slot);
        } else {
            self.packed_idle.push(at, slot);
        }
    }

    pub(super) fn cannot_be_packed(&mut self, at: u32, slot: &mut Slot) {
        self.unpackable.push(at, slot);
    }

    /// A connection that has been over for long enough.
    pub(super) fn next_over(&mut self, now: Timestamp, slots: &mut Slots) -> Option<u32> {
        self.over.next_silent(now, OVER, slots, is_over)
    }

    /// A connection that has been silent for long enough.
    pub(super) fn next_idle(&mut self, now: Timestamp, slots: &mut Slots) -> Option<u32> {
        self.idle.next_silent(now, IDLE, slots, is_live)
    }

    /// A packed connection of whose end nothing more can come.
    pub(super) fn next_to_settle(&mut self, now: Timestamp, slots: &mut Slots) -> Option<u32> {
        let old = |since| now.since(since) >= FORGOTTEN;
        while let Some((at, slot)) = self.packed.pop_if(slots, old) {
            if !is_small(slot) {
                continue;
            }
            if old(slot.last) {
                return Some(at);
            }
            self.packed.push(at, slot);
        }
        None
    }

    /// What goes first where memory is short: the closed, the silent, then whatever is oldest.
    pub(super) fn next_to_give_up(&mut self, slots: &mut Slots) -> Option<u32> {
        let first = |queue: &mut Queue, slots: &mut Slots, is_one: fn(&Slot) -> bool| {
            while let Some((at, slot)) = queue.pop(slots) {
                if is_one(slot) {
                    return Some(at);
                }
            }
            None
        };
        first(&mut self.packed, slots, is_small)
            .or_else(|| first(&mut self.packed_idle, slots, is_small))
            .or_else(|| first(&mut self.unpackable, slots, is_live))
            .or_else(|| first(&mut self.idle, slots, is_live))
    }
}

/// How far apart two times are: where the clock has stepped back, what lies ahead of it is old, too.
fn apart(now: Timestamp, then: Timestamp) -> Span {
    Span::from_nanos(now.since(then).nanos().saturating_abs())
}

fn is_over(slot: &Slot) -> bool {
    match &slot.state {
        State::Young(young) => young.is_over(),
        State::Live(replay) => replay.is_over(),
        State::Empty | State::Packed(_) => false,
    }
}

const fn is_live(slot: &Slot) -> bool {
    matches!(slot.state, State::Young(_) | State::Live(_))
}

/// Whether it takes little.
const fn is_small(slot: &Slot) -> bool {
    matches!(slot.state, State::Young(_) | State::Packed(_))
}

#[cfg(test)]
mod tests {
    use super::super::hands::Routed;
    use super::*;
    use crate::replay::Replay;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::default().plus(Span::from_secs(seconds))
    }

    /// Makes a place live for a connection whose last segment was recorded then.
    fn live(slots: &mut Slots, port: u16, last: Timestamp) -> u32 {
        let routed = Routed::on_port(1, port);
        let at = slots.place(&routed);
        let slot = slots.get_mut(at).unwrap();
        slot.last = last;
        slot.state = State::Live(Box::new(Replay::new(routed.tuple)));
        at
    }

    /// Else the one that was recorded in a distant future would stand before all others for ever.
    #[test]
    fn what_lies_far_ahead_of_the_clock_is_at_rest() {
        let (mut rest, mut slots) = (Rest::default(), Slots::default());
        for (port, last) in (1..).zip([at(1_000_000), at(10), at(20)]) {
            let place = live(&mut slots, port, last);
            rest.note(place, slots.get_mut(place).unwrap());
        }
        let idle: Vec<u32> = std::iter::from_fn(|| rest.next_idle(at(100), &mut slots)).collect();
        assert_eq!(idle, [0, 1, 2]);
    }

    /// Else what memory holds would grow with the number of segments, not with that of the connections.
    #[test]
    fn a_place_waits_once_in_each_queue_whoever_has_it() {
        let (mut rest, mut slots) = (Rest::default(), Slots::default());
        for port in 1..1_000 {
            let place = live(&mut slots, port, at(port.into()));
            assert_eq!(place, 0, "the place that is free is taken again");
            let slot = slots.get_mut(place).unwrap();
            for _ in 0..3 {
                rest.note(place, slot);
                rest.packed(place, slot, true);
                rest.packed(place, slot, false);
                rest.cannot_be_packed(place, slot);
            }
            slots.free(place, &Routed::on_port(1, port).tuple, 1);
        }
        let queues = [
            &rest.idle,
            &rest.packed,
            &rest.packed_idle,
            &rest.unpackable,
        ];
        assert_eq!(queues.map(|queue| queue.places.len()), [1; 4]);
        // Who has it now came later than who had it when it was queued.
        live(&mut slots, 1_000, at(1_000));
        assert_eq!(rest.next_idle(at(1_010), &mut slots), None);
        assert_eq!(rest.next_idle(at(1_030), &mut slots), Some(0));
    }
}
