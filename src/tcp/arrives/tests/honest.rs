//! Two literal endpoints, a network that loses, repeats and reorders behind the tap and loses text before it: the true
//! state is always among the possible ones, and everything sent is permitted.

use super::letter::{End, Wire};
use super::*;
use crate::tcp::{Sent, WindowScale, calls, timeouts};
use proptest::prelude::*;

const ISS: [u32; 2] = [1_000_000, 5_000_000];
struct World {
    ends: [End; 2],
    seen: [Variables; 2],
    under_way: [Vec<Wire>; 2],
}

impl World {
    fn new(lax: bool) -> Self {
        let mut v = Variables::fresh(None);
        v.snd_wind_shift = WindowScale::Shift(0);
        Self {
            ends: [End::new(lax), End::new(lax)],
            seen: [v, v],
            under_way: [Vec::new(), Vec::new()],
        }
    }

    fn emit(&mut self, side: usize, wires: Vec<Wire>) -> Result<(), TestCaseError> {
        for w in wires {
            let segment = w.segment(ISS[side]);
            let seq = if w.zero { -i64::from(ISS[side]) } else { w.seq };
            let sent = Sent {
                segment: &segment,
                seq: Seq::relative(seq),
                ack: w.ack.map(Seq::relative),
            };
            prop_assert!(
                self.is_permitted(side, &sent),
                "{w:?} of {:?}\n{:?}",
                self.ends[side],
                self.seen[side]
            );
            self.seen[side] = calls::emits(&self.seen[side], &sent);
            self.seen[1 - side] = super::super::segment(&self.seen[1 - side], &sent.across()).after;
            self.under_way[1 - side].push(w);
        }
        self.check()
    }

    /// A call of the user, or an answer to a segment that passed the tap before, whenever it arrived.
    fn is_permitted(&self, side: usize, sent: &Sent<'_>) -> bool {
        let v = &self.seen[side];
        calls::permit(v, sent)
            || self.under_way[side].iter().any(|w| {
                let segment = w.segment(ISS[1 - side]);
                let seq = if w.zero {
                    -i64::from(ISS[1 - side])
                } else {
                    w.seq
                };
                let received = Received {
                    segment: &segment,
                    seq: Seq::relative(seq),
                    ack: w.ack.map(Seq::relative),
                };
                super::super::segment(v, &received).answers.permit(sent)
            })
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for (end, v) in self.ends.iter().zip(&self.seen) {
            prop_assert!(
                v.states().contains(end.state),
                "{end:?} is not in {}\n{v:?}",
                v.states()
            );
            if !matches!(end.state, State::Listen | State::Closed) {
                prop_assert!(
                    v.snd_una.may_be(Seq::relative(end.una))
                        && v.snd_nxt.may_be(Seq::relative(end.nxt)),
                    "{end:?}\n{v:?}"
                );
                let received =
                    end.state == State::SynSent || v.rcv_nxt.may_be(Seq::relative(end.rcv));
                prop_assert!(received, "{end:?}\n{v:?}");
            }
        }
        Ok(())
    }

    fn step(&mut self, action: u8, side: usize, pick: usize) -> Result<(), TestCaseError> {
        let end = &mut self.ends[side];
        let wires = match action {
            // Lost before the tap: not the control bits, whose calls the record dates by them.
            7 if pick < 4 => {
                end.call(1, pick);
                Vec::new()
            }
            5 if end.state == State::TimeWait => {
                self.seen[side] = timeouts::time_wait(&self.seen[side]);
                end.state = State::Closed;
                Vec::new()
            }
            6 if pick == 0 && end.nxt > 0 => {
                self.seen[side] = timeouts::user(&self.seen[side]);
                end.state = State::Closed;
                Vec::new()
            }
            0..=6 => end.call(action, pick),
            // Any segment, any number of times, in any order.
            _ => match self.under_way[side].len() {
                0 => Vec::new(),
                // The latest more often than the others.
                count if pick.is_multiple_of(2) => end.receive(&self.under_way[side][count - 1]),
                count => end.receive(&self.under_way[side][pick % count]),
            },
        };
        self.emit(side, wires)
    }
}

proptest! {
    #[test]
    fn true_state_is_always_possible(lax: bool, steps in proptest::collection::vec((0u8..14, 0usize..2, 0usize..12), 1..150)) {
        let mut world = World::new(lax);
        for (action, side, pick) in steps {
            world.step(action, side, pick)?;
        }
    }
}

/// The walk above is worth something only if it comes around.
#[test]
fn walks_reach_every_state() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let walks = proptest::collection::vec((0u8..14, 0usize..2, 0usize..12), 150);
    let mut reached = StateSet::EMPTY;
    for walk in 0..400 {
        let mut world = World::new(walk % 2 == 0);
        for (action, side, pick) in walks.new_tree(&mut runner).unwrap().current() {
            world.step(action, side, pick).unwrap();
            reached = world
                .ends
                .iter()
                .fold(reached, |set, end| set.union(StateSet::only(end.state)));
        }
    }
    assert_eq!(reached.len(), 11, "{reached}");
}
