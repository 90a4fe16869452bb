//! Delivery is never certain, and a wider input never gives a narrower output.

use super::*;
use proptest::prelude::*;

fn hidden<Space: Ord>(span: (i64, i64)) -> Hidden<Seq<Space>> {
    Hidden::between(Seq::relative(span.0), Seq::relative(span.0 + span.1))
}

prop_compose! {
    fn bounds()(low in 0i64..6, span in 0i64..4) -> (i64, i64) { (low, span) }
}

prop_compose! {
    fn variables()(
        send in 0usize..6, send_hi in 0usize..6, recv in 0usize..3, recv_hi in 0usize..3,
        una in bounds(), nxt in bounds(), rcv in bounds(), edge in bounds(),
        opened in 0u8..3, may_cross: bool, order in 0u8..3, ended: bool, fin in 2i64..6, peer_fin in 2i64..6,
    ) -> Variables {
        let mut v = Variables::fresh([None, Some(Opening::Active), Some(Opening::Passive)][usize::from(opened)]);
        v.send = Interval::between(SendHalf::POINTS[send], SendHalf::POINTS[send_hi]);
        v.recv = Interval::between(RecvHalf::POINTS[recv], RecvHalf::POINTS[recv_hi]);
        (v.snd_una, v.snd_nxt) = (hidden(una), hidden((una.0 + nxt.0, una.1 + nxt.1)));
        (v.rcv_nxt, v.rcv_edge) = (hidden(rcv), hidden((rcv.0 + edge.0, rcv.1 + edge.1)));
        (v.iss, v.irs) = (Some(Seq::SYN), Some(Seq::SYN));
        (v.fin, v.peer_fin) = (Some(Seq::relative(fin)), Some(Seq::relative(peer_fin)));
        v.may_cross = may_cross;
        v.ended = if ended { Ended::Maybe } else { Ended::No };
        v.order = match order {
            0 => OrderKnowledge::Either,
            1 => OrderKnowledge::Known(Order::SentFirst),
            _ => OrderKnowledge::Known(Order::ReceivedFirst),
        };
        v
    }
}

prop_compose! {
    fn segments()(bits in 0u16..32, text in 0u32..3, seq in 0i64..12, ack in 0i64..12) -> (Segment, i64, i64) {
        (seg(Flags::from_bits(bits), text), seq, ack)
    }
}

/// Every bound of `v` moved in to one value that it allows.
fn narrowed(v: &Variables, point: Point, numbers: [usize; 4]) -> Variables {
    fn pick<Space: Ord>(hidden: Hidden<Seq<Space>>, at: usize) -> Hidden<Seq<Space>> {
        let low = hidden.proven().get();
        let span = hidden.possible().unwrap().get() - low;
        let value = low + i64::try_from(at).unwrap() % (span + 1);
        Hidden::between(Seq::relative(value), Seq::relative(value))
    }
    let mut one = *v;
    (one.send, one.recv) = (Interval::exactly(point.send), Interval::exactly(point.recv));
    one.ended = Ended::No;
    one.snd_una = pick(v.snd_una, numbers[0]);
    one.snd_nxt = pick(v.snd_nxt, numbers[1]);
    one.rcv_nxt = pick(v.rcv_nxt, numbers[2]);
    one.rcv_edge = pick(v.rcv_edge, numbers[3]);
    one
}

fn allows(wide: &Answers, narrow: &Answers) -> bool {
    wide.union(*narrow) == *wide
}

proptest! {
    #[test]
    fn after_contains_before(v in variables(), (segment, seq, ack) in segments()) {
        prop_assume!(v.points().any(|point| v.is_reachable(point.send, point.recv)));
        let outcome = segment_in(&v, &at(&segment, seq, ack));
        prop_assert!(outcome.after.covers(&v));
        let states = outcome.after.states();
        prop_assert_eq!(states.intersection(v.states()), v.states());
    }

    #[test]
    fn every_point_is_within_the_hidden_value(
        v in variables(), (segment, seq, ack) in segments(), which in 0usize..36, numbers in proptest::array::uniform4(0usize..16),
    ) {
        let points: Vec<Point> = v.points().filter(|point| v.is_reachable(point.send, point.recv)).collect();
        prop_assume!(!points.is_empty());
        let one = narrowed(&v, points[which % points.len()], numbers);
        // No edge lies left of RCV.NXT.
        prop_assume!(one.rcv_nxt.proven() <= one.rcv_edge.proven());
        let received = at(&segment, seq, ack);
        let (wide, narrow) = (segment_in(&v, &received), segment_in(&one, &received));
        prop_assert!(allows(&wide.answers, &narrow.answers), "{:?} {:?}", wide.answers, narrow.answers);
        prop_assert!(wide.after.covers(&narrow.after), "{:?}\n{:?}", wide.after, narrow.after);
        let (wide, narrow) = (wide.after.states(), narrow.after.states());
        prop_assert_eq!(wide.intersection(narrow), narrow);
    }

    #[test]
    fn a_second_copy_permits_nothing_new_in_state(v in variables(), (segment, seq, ack) in segments()) {
        let received = at(&segment, seq, ack);
        let once = segment_in(&v, &received).after;
        let twice = segment_in(&once, &received).after;
        prop_assert!(twice.covers(&once));
    }

    #[test]
    fn wild_numbers_do_not_overflow(bits in 0u16..32, seq: i64, ack: i64, text: u32) {
        let segment = seg(Flags::from_bits(bits), text);
        for v in [Variables::midstream(), Variables::fresh(None)] {
            let outcome = segment_in(&v, &at(&segment, seq, ack));
            prop_assert!(outcome.after.covers(&v));
        }
    }
}
