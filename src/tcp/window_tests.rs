//! Tests of the acceptability test against Table 6 point by point, and of the window scale.

use super::super::segment::Flags;
use super::*;
use proptest::prelude::*;

fn seq(octets: i64) -> Seq<Foreign> {
    Seq::relative(octets)
}

fn exactly(octets: i64) -> Hidden<Seq<Foreign>> {
    Hidden::between(seq(octets), seq(octets))
}

fn text(octets: u32) -> Segment {
    Segment {
        text: octets,
        flags: Flags::ACK,
        ..Segment::default()
    }
}

fn arrives(at: i64, segment: &Segment) -> Received<'_> {
    Received {
        segment,
        seq: seq(at),
        ack: None,
    }
}

/// Table 6 as it stands, for one RCV.NXT and one right edge.
fn table_6(nxt: i64, edge: i64, first: i64, len: i64) -> bool {
    let inside = |octet: i64| nxt <= octet && octet < edge;
    match (len, edge - nxt) {
        (0, 0) => first == nxt,
        (0, _) => inside(first),
        (_, 0) => false,
        _ => inside(first) || inside(first + len - 1),
    }
}

#[test]
fn known_variables_decide() {
    let open = ReceiveWindow::new(exactly(100), exactly(200));
    let closed = ReceiveWindow::new(exactly(100), exactly(100));
    let cases = [
        (open, 100, 0, true),
        (open, 199, 0, true),
        (open, 200, 0, false),
        (open, 99, 0, false),
        (open, 90, 10, false),
        (open, 90, 11, true),
        (open, 199, 10, true),
        (open, 200, 10, false),
        (closed, 100, 0, true),
        (closed, 101, 0, false),
        (closed, 100, 1, false),
    ];
    for (window, at, octets, acceptable) in cases {
        let expected = if acceptable {
            Acceptable::Surely
        } else {
            Acceptable::Never
        };
        assert_eq!(
            window.accepts(&arrives(at, &text(octets))),
            expected,
            "{at} {octets}"
        );
    }
}

#[test]
fn literally_a_syn_ack_of_a_simultaneous_open_is_not_acceptable() {
    let syn_ack = Segment {
        flags: Flags::SYN.with(Flags::ACK),
        ..Segment::default()
    };
    let window = ReceiveWindow::new(
        Hidden::between(Seq::FIRST, Seq::FIRST),
        Hidden::at_least(seq(1000)),
    );
    assert_eq!(window.accepts(&arrives(0, &syn_ack)), Acceptable::Never);
}

#[test]
fn literally_a_fin_repeated_in_time_wait_is_not_acceptable() {
    let fin = Segment {
        flags: Flags::FIN.with(Flags::ACK),
        text: 10,
        ..Segment::default()
    };
    let window = ReceiveWindow::new(exactly(101), Hidden::at_least(seq(1000)));
    assert_eq!(window.accepts(&arrives(90, &fin)), Acceptable::Never);
}

#[test]
fn literally_a_segment_that_overhangs_both_ends_is_not_acceptable() {
    let window = ReceiveWindow::new(exactly(100), exactly(110));
    assert_eq!(window.accepts(&arrives(90, &text(40))), Acceptable::Never);
}

#[test]
fn an_unknown_delivery_leaves_it_open() {
    let window = ReceiveWindow::new(Hidden::between(seq(100), seq(150)), exactly(200));
    assert_eq!(
        window.accepts(&arrives(120, &text(0))),
        Acceptable::Possibly
    );
    assert_eq!(window.accepts(&arrives(150, &text(0))), Acceptable::Surely);
    assert_eq!(window.accepts(&arrives(99, &text(1))), Acceptable::Never);
}

#[test]
fn an_edge_that_cannot_be_passed_bounds_what_was_received() {
    let window = ReceiveWindow::new(Hidden::between(seq(100), seq(150)), exactly(100));
    assert_eq!(window.accepts(&arrives(100, &text(0))), Acceptable::Surely);
}

#[test]
fn without_an_upper_bound_only_what_lies_below_is_out() {
    let window = ReceiveWindow::new(Hidden::at_least(seq(100)), Hidden::at_least(seq(100)));
    assert_eq!(window.accepts(&arrives(99, &text(1))), Acceptable::Never);
    assert_eq!(
        window.accepts(&arrives(1 << 40, &text(0))),
        Acceptable::Possibly
    );
}

#[test]
fn numbers_at_the_ends_of_the_range_do_not_overflow() {
    let window = ReceiveWindow::new(
        Hidden::at_least(seq(i64::MAX)),
        Hidden::at_least(seq(i64::MIN)),
    );
    for at in [i64::MIN, 0, i64::MAX] {
        for octets in [0, 1, u32::MAX] {
            window.accepts(&arrives(at, &text(octets)));
        }
    }
}

fn offers(shift: Option<u8>, reading: Reading) -> Options {
    Options {
        window_scale: shift,
        reading,
        ..Options::default()
    }
}

#[test]
fn both_must_offer_to_scale() {
    use Reading::*;
    let negotiated = |own, peer| WindowScale::negotiated(&own, &peer);
    assert_eq!(
        negotiated(offers(Some(7), Complete), offers(Some(2), Cut)),
        WindowScale::Shift(7)
    );
    assert_eq!(
        negotiated(offers(Some(7), Complete), offers(None, Complete)),
        WindowScale::Shift(0)
    );
    assert_eq!(
        negotiated(offers(None, Complete), offers(None, Cut)),
        WindowScale::Shift(0)
    );
    assert_eq!(
        negotiated(offers(Some(7), Complete), offers(None, Cut)),
        WindowScale::Unknown
    );
    assert_eq!(
        negotiated(offers(None, Malformed), offers(Some(1), Complete)),
        WindowScale::Unknown
    );
}

#[test]
fn a_shift_beyond_14_is_read_as_14() {
    let both = offers(Some(255), Reading::Complete);
    assert_eq!(
        WindowScale::negotiated(&both, &both),
        WindowScale::Shift(14)
    );
    let segment = Segment {
        wnd: u16::MAX,
        ..text(0)
    };
    assert_eq!(
        WindowScale::Shift(255).window(&segment).proven(),
        65_535 << 14
    );
}

#[test]
fn a_syn_is_never_scaled() {
    let syn_ack = Segment {
        wnd: 100,
        flags: Flags::SYN.with(Flags::ACK),
        ..Segment::default()
    };
    for scale in [WindowScale::Unknown, WindowScale::Shift(7)] {
        assert_eq!(scale.window(&syn_ack), Hidden::between(100, 100));
    }
}

#[test]
fn an_unknown_scale_bounds_the_window() {
    let segment = Segment {
        wnd: 100,
        ..text(0)
    };
    assert_eq!(
        WindowScale::Unknown.window(&segment),
        Hidden::between(100, 100 << 14)
    );
    assert_eq!(
        WindowScale::Shift(3).window(&segment),
        Hidden::between(800, 800)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn hidden_values_quantify_over_table_6(
        nxt in (0i64..8, 0i64..6), edge in (0i64..14, 0i64..6), bounded in any::<(bool, bool)>(),
        first in -3i64..18, len in 0u32..9,
    ) {
        // No segment of this test reaches octet 40, so that an edge there stands for one without a bound.
        const FAR: i64 = 40;
        let hidden = |(low, size): (i64, i64), bounded| match bounded {
            true => (Hidden::between(seq(low), seq(low + size)), low..=low + size),
            false => (Hidden::at_least(seq(low)), low..=FAR),
        };
        let ((nxt, nxts), (edge, edges)) = (hidden(nxt, bounded.0), hidden(edge, bounded.1));
        let pairs = nxts.flat_map(|nxt| edges.clone().map(move |edge| (nxt, edge)));
        let verdicts: Vec<bool> = pairs
            .filter(|(nxt, edge)| nxt <= edge)
            .map(|(nxt, edge)| table_6(nxt, edge, first, i64::from(len)))
            .collect();
        // Bounds that contradict each other describe no window; the test above shows that they do not panic.
        prop_assume!(!verdicts.is_empty());
        let expected = match (verdicts.contains(&true), verdicts.contains(&false)) {
            (true, false) => Acceptable::Surely,
            (true, true) => Acceptable::Possibly,
            (false, _) => Acceptable::Never,
        };
        let segment = text(len);
        prop_assert_eq!(ReceiveWindow::new(nxt, edge).accepts(&arrives(first, &segment)), expected);
    }
}
