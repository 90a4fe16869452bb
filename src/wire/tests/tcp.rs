//! The fixed header, damaged data offsets, checksums.

use super::*;
use crate::tcp::{Checksum, Flags, Reading};

fn ones(octets: &[u8]) -> u16 {
    crate::wire::checksum::sum(octets)
}

#[test]
fn all_twelve_control_bits_are_kept() {
    let mut packet = v4(b"");
    packet[32] = 0x8f;
    packet[33] = 0xff;
    let flags = whole(101, &packet).unwrap().segment.flags;
    assert_eq!(flags.bits(), 0xfff);
    assert!(flags.has(Flags::RESERVED) && flags.has(Flags::AE));
}

#[test]
fn a_data_offset_that_cannot_be_leaves_the_fixed_header() {
    let mut packet = v4(b"abc");
    for words in 0..5u8 {
        packet[32] = words << 4;
        let segment = whole(101, &packet).unwrap().segment;
        assert!(segment.short_header);
        assert_eq!(
            (segment.seq.0, segment.wnd, segment.option_octets),
            (1000, 512, 0)
        );
        assert_eq!(segment.options.reading, Reading::Malformed);
    }
    packet[32] = 0xf0;
    let segment = whole(101, &packet).unwrap().segment;
    assert_eq!(
        (segment.text, segment.options.reading, segment.checksum),
        (0, Reading::Malformed, Checksum::Bad)
    );
}

#[test]
fn one_wrong_octet_is_a_bad_checksum() {
    for packet in [v4(b"text"), v6(b"text")] {
        for at in packet.len() - 36..packet.len() {
            let mut packet = packet.clone();
            packet[at] ^= 0x10;
            // An offset of 9 words takes text for options, and the sum is as wrong.
            if let Ok(decoded) = whole(101, &packet) {
                assert_eq!(decoded.segment.checksum, Checksum::Bad, "{at}");
            }
        }
    }
}

#[test]
fn the_sum_of_the_pseudo_header_is_work_left_to_the_card() {
    let packet = v4(b"text");
    let length = u8::try_from(packet.len() - 20).unwrap();
    for stated in [length, 0] {
        let pseudo = ones(&[&SOURCE[..], &DESTINATION, &[0, 6, 0, stated]].concat());
        for field in [pseudo, !pseudo] {
            let mut packet = packet.clone();
            packet[36..38].copy_from_slice(&field.to_be_bytes());
            assert_eq!(
                whole(101, &packet).unwrap().segment.checksum,
                Checksum::Offloaded
            );
        }
    }
}

#[test]
fn equal_texts_have_equal_sums() {
    assert_eq!(ones(&[0, 0]), ones(&[0xff, 0xff]));
    assert_eq!(ones(b""), 0);
    assert_eq!(ones(&[1]), 0x100);
    assert_eq!(ones(&[0xff, 0xff, 0, 1]), 1);
    let (short, long) = (
        whole(101, &v4(b"same")).unwrap(),
        whole(101, &v6(b"same")).unwrap(),
    );
    assert_eq!(short.segment.text_sum, long.segment.text_sum);
    assert_eq!(short.segment.text_sum, Some(ones(b"same")));
}
