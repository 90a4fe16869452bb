//! Steps of the capturing machine's clock, told by the timestamps option of the senders (RFC 7323), whose clocks go on.
//! Not frames stored in the wrong order: there the senders' timestamps go back with the record times.

use super::four_tuple::{Pair, Side};
use crate::time::{Span, Timestamp};

/// Steps back that are shorter may be two frames of one tick stored in the wrong order: ticks of up to 10 ms are in use,
/// and slower clocks are rare.
const BACK: Span = Span::from_millis(100);
/// The shortest leap forward that is told from a pause.
const FORWARD: Span = Span::from_secs(10);
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
struct Last {
    time: Timestamp,
    tsval: u32,
    /// Where its last leap forward was seen to begin.
    leap: Option<Timestamp>,
}

/// The watch over the senders of one 4-tuple.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Clock {
    senders: Pair<Option<Last>>,
    steps: u64,
}

impl Clock {
    /// Compares the time of a record with the clock of its sender.
    pub fn note(&mut self, side: Side, time: Timestamp, tsval: u32) {
        let mut leap = None;
        if let Some(last) = self.senders.get(side) {
            let passed = time.since(last.time);
            let ticks = tsval.wrapping_sub(last.tsval);
            let went_on = ticks.cast_signed() >= 0;
            leap = last.leap;
            if passed.nanos() < -BACK.nanos() && went_on {
                self.steps = self.steps.saturating_add(1);
            } else if passed > FORWARD && went_on && stood_still(passed, ticks) {
                leap = Some(last.time);
                let other = self.senders.get(side.other());
                // One sender may have slept; that both did over the same time, nobody arranges.
                let agreed = other.and_then(|other| other.leap).is_some_and(|began| {
                    time.since(began) < Span::from_nanos(passed.nanos().saturating_mul(2))
                });
                self.steps = self.steps.saturating_add(u64::from(agreed));
            }
        }
        *self.senders.get_mut(side) = Some(Last { time, tsval, leap });
    }

    /// Steps seen, once for each sender that showed one.
    pub const fn steps(&self) -> u64 {
        self.steps
    }
}

/// Whether a clock advanced by less than the slowest one that is allowed, a tick a second (RFC 7323 section 5.4).
fn stood_still(passed: Span, ticks: u32) -> bool {
    let seconds = passed.nanos() / 1_000_000_000;
    i64::from(ticks) < seconds / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(records: &[(u8, i64, u32)]) -> u64 {
        let mut clock = Clock::default();
        for (sender, millis, val) in records {
            let side = Side::BOTH[usize::from(*sender)];
            clock.note(side, Timestamp::from_nanos(millis * 1_000_000), *val);
        }
        clock.steps()
    }

    #[test]
    fn a_step_back_that_the_sender_does_not_share() {
        assert_eq!(steps(&[(0, 10_000, 70), (0, 8_000, 70)]), 1);
        assert_eq!(steps(&[(0, 10_000, u32::MAX), (0, 8_000, 3)]), 1);
        assert_eq!(steps(&[(0, 10_000, 2070), (0, 8_000, 70)]), 0);
        assert_eq!(steps(&[(0, 10_000, 70), (0, 9_995, 70)]), 0);
    }

    #[test]
    fn a_leap_forward_that_neither_sender_shares() {
        let before = [(0, 0, 500), (1, 10, 900)];
        let leap = [(0, 3_600_020, 520), (1, 3_600_030, 920)];
        assert_eq!(steps(&[before, leap].concat()), 1);
        let pause = [(0, 3_600_020, 3_600_520), (1, 3_600_030, 3_600_920)];
        assert_eq!(steps(&[before, pause].concat()), 0);
        let asleep = [(0, 3_600_020, 520), (1, 3_600_030, 3_600_920)];
        assert_eq!(steps(&[before, asleep].concat()), 0);
        let slow = [(0, 3_600_020, 4100), (1, 3_600_030, 4500)];
        assert_eq!(steps(&[before, slow].concat()), 0);
    }
}
