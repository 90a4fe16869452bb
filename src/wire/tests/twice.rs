//! Pairs that the recording made, and pairs that it did not.

use super::*;
use crate::tcp::{Flags, Framing, Segment, SeqNum};

/// A segment of a transfer; every third is the answer of the other side.
fn sent(number: u64, micros: i64, ip_id: Option<u16>) -> Seen {
    let (client, server) = (
        "192.0.2.1:4000".parse().unwrap(),
        "198.51.100.7:80".parse().unwrap(),
    );
    let answer = number % 3 == 2;
    let mut segment = Segment {
        seq: SeqNum(u32::try_from(number).unwrap() * 1000),
        text: if answer { 0 } else { 1000 },
        flags: Flags::ACK,
        ..Segment::default()
    };
    segment.marks.ip_id = ip_id;
    let (source, destination) = if answer {
        (server, client)
    } else {
        (client, server)
    };
    Seen {
        frame: number,
        time: Some(Timestamp::from_nanos(micros * 1000)),
        decoded: Decoded {
            source,
            destination,
            tunnel: 0,
            lane: 0,
            print: number + 1,
            framing: Framing::default(),
            segment,
        },
    }
}

fn run(seen: impl IntoIterator<Item = Seen>) -> (Vec<u64>, Copies) {
    let mut twice = Twice::default();
    let mut kept = Vec::new();
    for seen in seen {
        twice.take(seen, &mut kept);
    }
    twice.finish(&mut kept);
    let frames = kept.iter().map(|seen| seen.frame);
    (frames.collect(), twice.copies())
}

/// `segments` one millisecond apart, each recorded again after `delay` where `again` holds.
fn recorded(segments: u64, delay: i64, again: impl Fn(u64) -> bool) -> Vec<Seen> {
    let mut all: Vec<Seen> = (0..segments)
        .flat_map(|at| {
            let micros = i64::try_from(at).unwrap() * 1000;
            let copy = again(at).then(|| sent(at, micros + delay, Some(7)));
            std::iter::once(sent(at, micros, Some(7))).chain(copy)
        })
        .collect();
    all.sort_by_key(|seen| seen.time);
    all
}

#[test]
fn segments_recorded_twice_count_once() {
    for segments in [6, 100, 3000] {
        let (kept, copies) = run(recorded(segments, 12, |_| true));
        assert_eq!(kept, (0..segments).collect::<Vec<_>>());
        assert_eq!((copies.duplicates, copies.elsewhere), (segments, 0));
    }
}

#[test]
fn segments_recorded_at_every_device_of_a_container_host_count_once() {
    for copies in [2u64, 3] {
        for segments in [12, 700] {
            let mut all: Vec<Seen> = (0..segments)
                .flat_map(|at| {
                    let micros = i64::try_from(at).unwrap() * 1000;
                    let times = (0..=i64::try_from(copies).unwrap()).map(move |n| micros + n * 9);
                    times.map(move |micros| sent(at, micros, Some(7)))
                })
                .collect();
            // A connection that only one device sees.
            for at in (0..segments).step_by(40) {
                let mut other = sent(
                    1_000_000 + at,
                    i64::try_from(at).unwrap() * 1000 + 500,
                    Some(9),
                );
                other.decoded.source.set_port(9);
                all.push(other);
            }
            all.sort_by_key(|seen| seen.time);
            let others = segments.div_ceil(40);
            let (kept, counted) = run(all);
            assert_eq!(kept.len() as u64, segments + others, "{copies} copies");
            assert_eq!(counted.duplicates, segments * copies);
        }
    }
}

#[test]
fn two_taps_of_a_path_that_loses_segments() {
    let (kept, copies) = run(recorded(2000, 8300, |at| at % 9 != 4));
    assert_eq!(kept, (0..2000).collect::<Vec<_>>());
    assert_eq!((copies.duplicates, copies.elsewhere), (0, 2000 - 222));
}

#[test]
fn duplicates_of_the_network_stay() {
    for every in [2, 3, 5] {
        let all = recorded(2000, 12, |at| at % every == 0);
        let records = all.len();
        let (kept, copies) = run(all);
        assert_eq!((kept.len(), copies), (records, Copies::default()));
    }
    let (kept, _) = run(recorded(4, 12, |_| true));
    assert_eq!(kept.len(), 8);
}

#[test]
fn what_the_network_duplicates_between_two_records_stays_a_duplicate() {
    let mut all = recorded(300, 12, |_| true);
    let third = sent(150, 150_020, Some(7));
    all.push(third);
    all.sort_by_key(|seen| seen.time);
    let (kept, copies) = run(all);
    assert_eq!((kept.len(), copies.duplicates), (301, 300));
}

#[test]
fn equal_acknowledgments_without_numbers_tell_nothing() {
    let mut all = Vec::new();
    for at in 0..400u64 {
        let mut seen = sent(2, i64::try_from(at).unwrap() * 10, None);
        seen.frame = at;
        all.push(seen);
    }
    let (kept, copies) = run(all);
    assert_eq!((kept.len(), copies), (400, Copies::default()));
}

#[test]
fn without_times_the_order_tells() {
    let mut all = recorded(50, 12, |_| true);
    all.iter_mut().for_each(|seen| seen.time = None);
    let (kept, copies) = run(all);
    assert_eq!((kept.len(), copies.duplicates), (50, 50));
}

#[test]
fn one_connection_recorded_twice_among_others() {
    let mut all = recorded(100, 12, |_| true);
    for seen in recorded(400, 12, |_| false) {
        let mut seen = seen;
        seen.decoded.source.set_port(9);
        seen.decoded.destination.set_port(9);
        seen.decoded.print += 100_000;
        seen.frame += 1000;
        all.push(seen);
    }
    all.sort_by_key(|seen| seen.time);
    let (kept, copies) = run(all);
    assert_eq!((kept.len(), copies.duplicates), (500, 100));
}
