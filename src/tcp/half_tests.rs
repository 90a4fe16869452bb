//! Tests of the halves: the licence for interval tracking, and what intervals are made of.

use super::super::diagram::{Arrow, FIGURE_5, NOTES, arrows};
use super::*;
use proptest::prelude::*;

const T0: SendHalf = SendHalf::Nothing;
const T1: SendHalf = SendHalf::SynSent;
const T2: SendHalf = SendHalf::SynAcked;
const T3_SYN_UNACKED: SendHalf = SendHalf::FinSent { syn_acked: false };
const T3: SendHalf = SendHalf::FinSent { syn_acked: true };
const T4: SendHalf = SendHalf::FinAcked;
const R0: RecvHalf = RecvHalf::NoSyn;
const R1: RecvHalf = RecvHalf::SynReceived;
const R2: RecvHalf = RecvHalf::FinReceived;

/// The halves that a state stands for when it was reached along the arrows of Figure 5.
fn halves(state: State) -> (&'static [SendHalf], RecvHalf, OrderKnowledge) {
    use Order::*;
    use OrderKnowledge::*;
    match state {
        State::Closed | State::Listen => (&[T0], R0, Either),
        State::SynSent => (&[T1], R0, Either),
        State::SynReceived => (&[T1], R1, Either),
        State::Established => (&[T2], R1, Either),
        State::FinWait1 => (&[T3_SYN_UNACKED, T3], R1, Either),
        State::FinWait2 => (&[T4], R1, Either),
        State::CloseWait => (&[T2], R2, Either),
        State::Closing => (&[T3_SYN_UNACKED, T3], R2, Known(SentFirst)),
        State::LastAck => (&[T3], R2, Known(ReceivedFirst)),
        State::TimeWait => (&[T4], R2, Known(SentFirst)),
    }
}

/// Whether each half of `to` is reached from every half of `from` by going up or staying.
fn is_monotone(arrow: &Arrow) -> bool {
    let ((from_send, from_recv, _), (to_send, to_recv, _)) = (halves(arrow.from), halves(arrow.to));
    to_recv >= from_recv
        && from_send
            .iter()
            .all(|&from| to_send.iter().any(|&to| to.is_at_least(from)))
}

#[test]
fn every_state_is_the_composition_of_its_halves() {
    for state in State::ALL {
        let (send, recv, order) = halves(state);
        for &send in send {
            let set = states(Interval::exactly(send), Interval::exactly(recv), order);
            assert!(set.contains(state), "{state}");
            assert_eq!(
                set.len(),
                if (send, recv) == (T0, R0) { 2 } else { 1 },
                "{set}"
            );
        }
    }
    assert_eq!(compose(T4, R2, Order::ReceivedFirst), State::Closed);
}

#[test]
fn four_arrows_of_the_figure_end_an_incarnation() {
    let ends: Vec<_> = FIGURE_5
        .iter()
        .filter(|arrow| arrow.ends_incarnation)
        .collect();
    let ends: Vec<_> = ends.iter().map(|arrow| (arrow.from, arrow.to)).collect();
    let expected = [
        (State::SynSent, State::Closed),
        (State::SynReceived, State::Listen),
        (State::LastAck, State::Closed),
        (State::TimeWait, State::Closed),
    ];
    assert_eq!(ends, expected);
}

#[test]
fn every_other_arrow_of_the_figure_is_monotone_in_both_halves() {
    for arrow in FIGURE_5.iter() {
        assert_eq!(is_monotone(arrow), !arrow.ends_incarnation, "{arrow:?}");
    }
}

#[test]
fn of_the_notes_only_the_fin_with_an_acknowledgment_goes_on() {
    for noted in &NOTES {
        assert_eq!(noted.arrow.ends_incarnation, noted.note != 2, "{noted:?}");
    }
    let kept = arrows().filter(|arrow| !arrow.ends_incarnation);
    assert_eq!(kept.filter(|arrow| !is_monotone(arrow)).count(), 0);
}

#[test]
fn join_is_the_least_point_above_both() {
    for &a in SendHalf::POINTS {
        for &b in SendHalf::POINTS {
            let join = a.join(b);
            assert_eq!(join, b.join(a));
            assert!(join.is_at_least(a) && join.is_at_least(b));
            for &above in SendHalf::POINTS {
                let above_both = above.is_at_least(a) && above.is_at_least(b);
                assert_eq!(above_both, above.is_at_least(join), "{a:?} {b:?} {above:?}");
            }
        }
    }
    assert!(!T2.is_at_least(T3_SYN_UNACKED) && !T3_SYN_UNACKED.is_at_least(T2));
}

#[test]
fn a_fin_before_any_acknowledgment_of_the_syn_leaves_it_open() {
    let mut send = Interval::exactly(T1);
    send.prove(T3_SYN_UNACKED);
    assert_eq!(send, Interval::exactly(T3_SYN_UNACKED));
    send.permit(T2);
    assert_eq!((send.lo(), send.hi()), (T3_SYN_UNACKED, T3));
}

#[test]
fn a_fin_after_a_possible_acknowledgment_of_the_syn_may_have_both_kinds() {
    let mut send = Interval::between(T1, T2);
    send.prove(T3_SYN_UNACKED);
    assert_eq!(send.points().collect::<Vec<_>>(), [T3_SYN_UNACKED, T3]);
    send.prove(T2);
    assert_eq!(send, Interval::exactly(T3));
}

#[test]
fn a_connection_older_than_its_record_may_be_in_any_state() {
    let set = states(
        Interval::anything(),
        Interval::anything(),
        OrderKnowledge::Either,
    );
    assert_eq!(set, State::ALL.into_iter().collect());
}

#[test]
fn bottom_and_top_bound_every_point() {
    fn check<H: Half>() {
        for point in H::POINTS {
            assert!(point.is_at_least(H::BOTTOM) && H::TOP.is_at_least(*point));
        }
    }
    check::<SendHalf>();
    check::<RecvHalf>();
}

fn any_send() -> impl Strategy<Value = SendHalf> {
    proptest::sample::select(SendHalf::POINTS)
}

fn any_recv() -> impl Strategy<Value = RecvHalf> {
    proptest::sample::select(RecvHalf::POINTS)
}

fn any_order() -> impl Strategy<Value = OrderKnowledge> {
    use OrderKnowledge::*;
    proptest::sample::select(vec![
        Either,
        Known(Order::SentFirst),
        Known(Order::ReceivedFirst),
    ])
}

proptest! {
    #[test]
    fn states_are_the_compositions_of_the_points_and_nothing_else(
        send in (any_send(), any_send()), recv in (any_recv(), any_recv()), order in any_order(),
    ) {
        let (send, recv) = (Interval::between(send.0, send.1), Interval::between(recv.0, recv.1));
        let mut expected = StateSet::EMPTY;
        for &tx in SendHalf::POINTS.iter().filter(|&&tx| send.may_be(tx)) {
            for &rx in RecvHalf::POINTS.iter().filter(|&&rx| recv.may_be(rx)) {
                for &first in order.possible() {
                    expected = expected.union(StateSet::only(compose(tx, rx, first)));
                }
                if (tx, rx) == (T0, R0) {
                    expected = expected.union(StateSet::only(State::Listen));
                }
            }
        }
        prop_assert!(!expected.is_empty());
        prop_assert_eq!(states(send, recv, order), expected);
    }

    #[test]
    fn bounds_never_move_down(steps in proptest::collection::vec((any_send(), any::<bool>()), 0..12)) {
        let mut send = Interval::exactly(T0);
        for (point, proof) in steps {
            let before = send;
            if proof { send.prove(point) } else { send.permit(point) }
            prop_assert!(send.lo().is_at_least(before.lo()) && send.hi().is_at_least(before.hi()));
            prop_assert!(send.hi().is_at_least(send.lo()));
            prop_assert!(send.may_ge(point) && (!proof || send.surely_ge(point)));
        }
    }
}
