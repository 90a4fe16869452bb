//! Sections, interfaces, the three packet blocks.

use super::*;
use crate::capture::Resolution;

#[test]
fn reads_two_sections_of_different_byte_order() {
    let (frames, facts) = read(&small_pcapng());
    let times: Vec<_> = frames.iter().map(|f| f.nanos).collect();
    // 1536 units of 1/1024 s an hour later; a block without time; 11 s and 12.000001 s, both 10 s earlier.
    let expected = [
        Some(1_500_000_000),
        Some(3_601_500_000_000),
        None,
        Some(1_000_000_000),
        Some(2_000_001_000),
    ];
    assert_eq!(times, expected);
    assert_eq!(
        frames.iter().map(|f| f.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(
        frames.iter().map(|f| f.interface).collect::<Vec<_>>(),
        [0, 1, 2, 2, 2]
    );
    assert_eq!(
        frames.iter().map(|f| f.link_type).collect::<Vec<_>>(),
        [1, 276, 101, 101, 101]
    );
    assert_eq!(
        frames.iter().map(|f| f.wire_len).collect::<Vec<_>>(),
        [3, 4, 9, 90, 3]
    );
    let octets: Vec<_> = frames.iter().map(|f| &f.octets[..]).collect();
    assert_eq!(octets, [&b"one"[..], b"two!", b"sim", b"old", b"new"]);
    assert_eq!(frames[1].direction, Direction::Outgoing);
    assert_eq!(frames[3].direction, Direction::Incoming);
    assert!(facts.faults.is_empty());
}

#[test]
fn keeps_what_the_interfaces_say() {
    let (_, facts) = read(&small_pcapng());
    assert_eq!(facts.format, "pcapng");
    assert_eq!(facts.interfaces[0].name.as_deref(), Some("eth0"));
    assert_eq!(facts.interfaces[1].resolution, Resolution::Binary(10));
    assert_eq!(
        facts.interfaces.iter().map(|i| i.drops).collect::<Vec<_>>(),
        [Some(42), Some(7), Some(42)]
    );
    assert_eq!(facts.dropped(), Some(91));
}

#[test]
fn passes_over_what_it_cannot_deliver_but_numbers_it() {
    let mut file = Writer::new(Order::Little);
    file.section().interface(1, 0, |_| ());
    file.packet(3, 0, b"whose?");
    let place = file.octets.len();
    file.block(6, |b| {
        b.u32(0).u64(0).u32(5000).u32(5000).raw(b"less");
    });
    file.packet(0, 0, b"fine");
    let (frames, facts) = read(&file.octets);
    assert_eq!((frames.len(), frames[0].number), (1, 3));
    assert_eq!(kinds(&facts), [FaultKind::Malformed; 2]);
    assert_eq!(facts.faults[1].offset, place as u64);
    assert_eq!(facts.faults[1].frame, Some(2));
}

#[test]
fn loses_its_way_at_an_impossible_block_length() {
    for length in [0u32, 8, 13] {
        let mut file = Writer::new(Order::Little);
        file.section().interface(1, 0, |_| ()).packet(0, 0, b"fine");
        let place = file.octets.len() as u64;
        file.u32(6).u32(length).raw(&[0; 40]);
        let (frames, facts) = read(&file.octets);
        assert_eq!(
            (frames.len(), kinds(&facts), facts.faults[0].offset),
            (1, vec![FaultKind::Lost], place)
        );
    }
}

#[test]
fn an_unreadable_interface_keeps_the_numbers_of_the_others() {
    let mut file = Writer::new(Order::Little);
    file.section().u32(1).u32(20).u16(1).u16(0).u32(0).u32(99);
    file.interface(101, 0, |_| ())
        .packet(1, 0, b"raw")
        .packet(0, 0, b"?");
    let (frames, facts) = read(&file.octets);
    assert_eq!(
        frames.iter().map(|f| f.link_type).collect::<Vec<_>>(),
        [101, u16::MAX]
    );
    assert_eq!(kinds(&facts), [FaultKind::Malformed]);
}

#[test]
fn passes_over_a_long_block_that_holds_nothing_for_us() {
    let mut file = Writer::new(Order::Little);
    file.section().interface(1, 0, |_| ());
    file.block(0x0a, |b| b.octets.resize(17 << 20, 0));
    file.packet(0, 0, b"after");
    let place = file.octets.len() as u64;
    file.u32(0x0a).u32(0x7fff_fff0).raw(&[0; 64]);
    let (frames, facts) = read(&file.octets);
    assert_eq!(frames.len(), 1);
    assert_eq!(
        (kinds(&facts), facts.faults[0].offset),
        (vec![FaultKind::Cut], place)
    );
}

#[test]
fn the_interface_and_the_packet_tell_the_check_sequence() {
    let mut file = Writer::new(Order::Little);
    file.section().interface(1, 0, |b| {
        b.option(13, &[32]);
    });
    file.packet(0, 0, b"dataFCS!");
    file.packet_with(0, 0, b"dataFC", |b| {
        b.option(2, &(2u32 << 5).to_le_bytes());
    });
    let (frames, _) = read(&file.octets);
    assert!(
        frames
            .iter()
            .all(|f| f.octets == b"data" && f.wire_len == 4)
    );
}

#[test]
fn every_resolution_octet_gives_a_time() {
    for octet in 0..=255 {
        let nanos = Resolution::from_octet(octet).nanos(u64::MAX);
        assert!(nanos >= 0, "{octet}");
    }
    assert_eq!(Resolution::from_octet(12).nanos(1_999), 1);
    assert_eq!(
        Resolution::from_octet(0x80 | 32).nanos(1 << 31),
        500_000_000
    );
    assert_eq!(Resolution::from_octet(0).nanos(3), 3_000_000_000);
}

#[test]
fn records_that_are_no_packets_are_numbered_as_wireshark_does() {
    for (kind, number) in [
        (9, 2),
        (0xbad, 2),
        (0x4000_0bad, 2),
        (0x204, 2),
        (0x0a, 1),
        (4, 1),
        (0x4242, 1),
    ] {
        let mut file = Writer::new(Order::Big);
        file.section()
            .interface(1, 0, |_| ())
            .block(kind, |_| ())
            .packet(0, 0, b"x");
        assert_eq!(read(&file.octets).0[0].number, number, "{kind:#x}");
    }
}

#[test]
fn names_and_comments_are_labels() {
    for order in [Order::Little, Order::Big] {
        let mut file = Writer::new(order);
        file.block(0x0a0d_0d0a, |b| {
            b.u32(0x1a2b_3c4d).u16(1).u16(0).u64(u64::MAX);
            b.option(1, b"a section").option(4, b"somewhere").u32(0);
        });
        file.interface(101, 0, |b| {
            b.option(1, b"an interface")
                .option(4, &[192, 0, 2, 1, 255, 255, 255, 0])
                .option(5, &[[0x20; 16].as_slice(), &[64]].concat())
                .u32(0);
        });
        file.block(4, |b| {
            b.option(1, b"\xc0\0\x02\x01first.example\0second.example\0");
            b.option(7, b"nobody knows");
            b.option(2, &[[0x20; 16].as_slice(), b"six.example\0"].concat());
            b.option(1, b"\xc0\0\x02\x01late.example\0");
            b.u32(0).option(1, b"\x09\x09\x09\x09no record");
        });
        file.packet_with(0, 0, b"x", |b| {
            b.option(1, b"two\nlines\x1b[2J")
                .option(1, b"and more")
                .u32(0);
        });
        let (_, facts) = read(&file.octets);
        let names: Vec<_> = facts
            .labels
            .names
            .iter()
            .map(|(a, n)| format!("{a} {n}"))
            .collect();
        assert_eq!(
            names,
            [
                "192.0.2.1 first.example",
                "2020:2020:2020:2020:2020:2020:2020:2020 six.example"
            ]
        );
        let comments: Vec<_> = facts
            .labels
            .comments
            .iter()
            .map(|comment| (comment.frame, &comment.text[..]))
            .collect();
        assert_eq!(
            comments,
            [
                (None, "a section"),
                (None, "an interface"),
                (Some(1), "two lines [2J"),
                (Some(1), "and more"),
            ]
        );
        let addresses: Vec<_> = facts.interfaces[0]
            .addresses
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            addresses,
            ["192.0.2.1", "2020:2020:2020:2020:2020:2020:2020:2020"]
        );
    }
}

#[test]
fn labels_are_bounded() {
    let mut file = Writer::new(Order::Little);
    file.section().interface(101, 0, |_| ());
    file.block(4, |b| {
        for number in 0..9_000u16 {
            b.option(1, &[&[10, 0][..], &number.to_be_bytes(), b"n\0"].concat());
        }
        b.u32(0);
    });
    for _ in 0..300 {
        file.packet_with(0, 0, b"x", |b| {
            b.option(1, &[b'y'; 5_000]).u32(0);
        });
    }
    let labels = read(&file.octets).1.labels;
    assert_eq!(
        (
            labels.names.len(),
            labels.comments.len(),
            labels.more_comments
        ),
        (4096, 256, 44)
    );
    assert_eq!(labels.comments[0].text.len(), 1024);
}
