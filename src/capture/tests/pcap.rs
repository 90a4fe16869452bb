//! The classic format.

use super::*;

#[test]
fn reads_both_byte_orders_and_both_resolutions() {
    for order in [Order::Little, Order::Big] {
        for (magic, unit, format) in [
            (0xa1b2_c3d4, 1000, "pcap, microseconds"),
            (0xa1b2_3c4d, 1, "pcap, nanoseconds"),
        ] {
            let mut file = Writer::new(order);
            file.pcap_header(magic, 113)
                .record((7, 9), b"abc", 1400)
                .record((8, 0), b"", 0);
            let (frames, facts) = read(&file.octets);
            assert_eq!(facts.format, format);
            assert_eq!(frames.len(), 2);
            assert_eq!(frames[0].nanos, Some(7_000_000_000 + 9 * unit));
            assert_eq!(
                (frames[0].number, frames[0].offset, frames[0].wire_len),
                (1, 24, 1400)
            );
            assert_eq!(
                (frames[0].link_type, &frames[0].octets[..]),
                (113, &b"abc"[..])
            );
            assert_eq!((frames[1].number, frames[1].offset), (2, 43));
            assert!(facts.faults.is_empty() && !facts.truncated);
        }
    }
}

#[test]
fn reads_the_modified_variants_of_either_byte_order() {
    use crate::tcp::Direction::{Incoming, Outgoing, Unknown};
    for order in [Order::Little, Order::Big] {
        for (magic, more) in [(0xa1b2_cd34, 0), (0xa1b2_cd34, 4), (0xa1b2_c3d4, 0)] {
            let mut file = Writer::new(order);
            file.pcap_header(magic, 1);
            for (kind, octets) in [(0, &b"ab"[..]), (4, b"c"), (3, b"def")] {
                let length = u32::try_from(octets.len()).unwrap();
                file.u32(1).u32(2).u32(length).u32(length);
                file.u32(3).u16(0x0800).raw(&[kind, 0]);
                file.raw(&[0xee; 4][..more]).raw(octets);
            }
            let (frames, facts) = read(&file.octets);
            let octets: Vec<_> = frames.iter().map(|f| &f.octets[..]).collect();
            assert_eq!(octets, [&b"ab"[..], b"c", b"def"], "{magic:x} {more}");
            let directions: Vec<_> = frames.iter().map(|f| f.direction).collect();
            assert_eq!(directions, [Incoming, Outgoing, Unknown]);
            assert!(facts.faults.is_empty());
        }
    }
}

#[test]
fn reads_what_nokia_and_ixia_write() {
    let mut nokia = Writer::new(Order::Big);
    nokia.pcap_header(0xa1b2_c3d4, 1);
    for octets in [&b"ab"[..], b"c"] {
        let length = u32::try_from(octets.len()).unwrap();
        nokia.u32(1).u32(2).u32(length).u32(length);
        nokia.u32(0x9fbf_b601).raw(octets);
    }
    let (frames, _) = read(&nokia.octets);
    assert_eq!(
        (&frames[0].octets[..], &frames[1].octets[..]),
        (&b"ab"[..], &b"c"[..])
    );
    for (magic, nanos) in [(0x1c00_01ac, 2), (0x1c00_01ab, 2_000)] {
        let mut ixia = Writer::new(Order::Little);
        ixia.pcap_header(magic, 1).u32(18);
        ixia.record((0, 2), b"ab", 2);
        let (frames, _) = read(&ixia.octets);
        assert_eq!((frames[0].offset, frames[0].nanos), (28, Some(nanos)));
        assert_eq!(frames[0].octets, b"ab");
    }
}

#[test]
fn before_version_2_4_the_lengths_changed_places() {
    let file = |version: (u16, u16), link: u32, lengths: (u32, u32)| {
        let mut file = Writer::new(Order::Big);
        file.u32(0xa1b2_c3d4).u16(version.0).u16(version.1);
        file.u64(0).u32(65_535).u32(link);
        for _ in 0..2 {
            file.u32(1).u32(2).u32(lengths.0).u32(lengths.1).raw(b"abc");
        }
        file.octets
    };
    for (version, lengths) in [
        ((2, 4), (3, 60)),
        ((2, 3), (3, 60)),
        ((2, 3), (60, 3)),
        ((2, 2), (60, 3)),
        ((2, 0), (60, 3)),
        ((543, 0), (60, 3)),
    ] {
        let (frames, facts) = read(&file(version, 1, lengths));
        assert_eq!((frames.len(), frames[0].wire_len), (2, 60), "{version:?}");
        assert_eq!(frames[1].octets, b"abc");
        assert!(facts.faults.is_empty());
    }
    // AIX numbers link types and times in its own way.
    let (frames, facts) = read(&file((2, 2), 6, (60, 3)));
    assert_eq!(
        (frames[0].link_type, frames[0].nanos),
        (1, Some(1_000_000_002))
    );
    assert_eq!(facts.format, "AIX pcap, nanoseconds");
    assert!(reason(&file((1, 2), 1, (60, 3))).contains("version 1.2"));
}

#[test]
fn trims_the_frame_check_sequence() {
    let mut file = Writer::new(Order::Big);
    file.pcap_header(0xa1b2_c3d4, 0x2400_0001);
    file.record((0, 0), b"dataFCS!", 8)
        .record((0, 0), b"dataFC", 8)
        .record((0, 0), b"da", 8);
    let (frames, _) = read(&file.octets);
    assert!(frames.iter().all(|f| f.link_type == 1 && f.wire_len == 4));
    assert_eq!(
        frames.iter().map(|f| &f.octets[..]).collect::<Vec<_>>(),
        [&b"data"[..], b"data", b"da"]
    );
}

#[test]
fn accepts_a_fraction_above_a_second_and_times_beyond_the_epoch_of_32_bits() {
    let mut file = Writer::new(Order::Little);
    file.pcap_header(0xa1b2_c3d4, 1)
        .record((1, 2_500_000), b"", 0)
        .record((u32::MAX, u32::MAX), b"", 0);
    let (frames, _) = read(&file.octets);
    assert_eq!(frames[0].nanos, Some(3_500_000_000));
    assert_eq!(
        frames[1].nanos,
        Some(4_294_967_295_000_000_000 + 4_294_967_295_000)
    );
}

#[test]
fn stops_at_a_length_that_no_capture_has() {
    let mut file = Writer::new(Order::Little);
    file.pcap_header(0xa1b2_c3d4, 1).record((0, 0), b"good", 4);
    file.u32(0).u32(0).u32(0xffff_ff00).u32(60).raw(&[0; 100]);
    let (frames, facts) = read(&file.octets);
    assert_eq!(frames.len(), 1);
    assert_eq!(kinds(&facts), [FaultKind::TooLong]);
    assert_eq!(
        (facts.faults[0].offset, facts.faults[0].frame),
        (44, Some(2))
    );
    assert!(!facts.truncated);
}

#[test]
fn reads_a_record_far_longer_than_the_first_buffer() {
    let long = vec![7; 3 << 20];
    let mut file = Writer::new(Order::Little);
    file.pcap_header(0xa1b2_c3d4, 1)
        .record((0, 0), &long, 3 << 20)
        .record((0, 0), b"next", 4);
    let (frames, _) = read(&file.octets);
    assert_eq!(
        (frames[0].octets.len(), &frames[1].octets[..]),
        (3 << 20, &b"next"[..])
    );
}
