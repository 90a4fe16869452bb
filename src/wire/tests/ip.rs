//! Lengths, options and extension headers, fragments, and what is not TCP.

use super::*;
use crate::tcp::Checksum;

/// Puts `extensions` between the IPv6 header and TCP.
fn extended(first: u8, extensions: &[u8], text: &[u8]) -> Vec<u8> {
    let mut packet = v6(text);
    packet[6] = first;
    let length =
        u16::from_be_bytes([packet[4], packet[5]]) + u16::try_from(extensions.len()).unwrap();
    packet[4..6].copy_from_slice(&length.to_be_bytes());
    packet.splice(40..40, extensions.iter().copied());
    packet
}

#[test]
fn extension_headers_are_passed() {
    let chains: [(u8, &[u8]); 4] = [
        (0, &[6, 0, 1, 4, 0, 0, 0, 0]),
        (60, &[43, 0, 1, 4, 0, 0, 0, 0, 6, 0, 2, 0, 0, 0, 0, 0]),
        (51, &[6, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]),
        (44, &[6, 0, 0, 0, 0, 0, 0, 9]),
    ];
    for (first, extensions) in chains {
        let segment = whole(101, &extended(first, extensions, b"abc"))
            .unwrap()
            .segment;
        assert_eq!(
            (segment.text, segment.checksum),
            (3, Checksum::Good),
            "{first}"
        );
    }
}

#[test]
fn with_stops_to_go_the_checksum_is_unknown() {
    let routed = extended(43, &[6, 0, 2, 1, 0, 0, 0, 0], b"abc");
    assert_eq!(
        whole(101, &routed).unwrap().segment.checksum,
        Checksum::Unknown
    );
    let mut packet = v4(b"abc");
    packet[0] = 0x47;
    packet[3] += 8;
    packet.splice(20..20, [131, 7, 4, 203, 0, 113, 1, 0]);
    assert_eq!(
        whole(101, &packet).unwrap().segment.checksum,
        Checksum::Unknown
    );
    packet[22] = 8;
    assert_eq!(
        whole(101, &packet).unwrap().segment.checksum,
        Checksum::Good
    );
}

#[test]
fn ipv4_options_are_passed() {
    let mut packet = v4(b"abc");
    packet[0] = 0x46;
    packet[3] += 4;
    packet.splice(20..20, [1, 1, 1, 0]);
    let segment = whole(101, &packet).unwrap().segment;
    assert_eq!((segment.text, segment.checksum), (3, Checksum::Good));
}

#[test]
fn without_a_length_in_the_header_the_record_tells() {
    let mut packet = v4(b"abc");
    packet[2..4].fill(0);
    let segment = whole(101, &packet).unwrap().segment;
    assert_eq!((segment.text, segment.checksum), (3, Checksum::Good));
    assert!(segment.marks.length_from_record);
    packet[50] ^= 1;
    assert_eq!(
        whole(101, &packet).unwrap().segment.checksum,
        Checksum::Unknown
    );
    let segment = cut(101, &packet, 52).unwrap().segment;
    assert_eq!((segment.text, segment.text_sum), (3, None));
    let mut packet = v6(b"abc");
    packet[4..6].fill(0);
    let segment = whole(101, &packet).unwrap().segment;
    assert_eq!((segment.text, segment.marks.length_from_record), (3, true));
}

#[test]
fn a_jumbo_payload_has_its_length_in_an_option() {
    let text = vec![b'x'; 70_000];
    let inner = v4(&text[..60_000]);
    let tcp = [&inner[20..], &text[..10_000]].concat();
    let length = u32::try_from(tcp.len() + 8).unwrap();
    let mut packet = v6(b"")[..40].to_vec();
    packet[4..6].fill(0);
    packet[6] = 0;
    packet.extend([6, 0, 0xc2, 4]);
    packet.extend(length.to_be_bytes());
    packet.extend(&tcp);
    packet.extend([0; 7]);
    let segment = whole(101, &packet).unwrap().segment;
    assert_eq!(segment.text, 70_000);
    assert!(!segment.marks.length_from_record);
    // Without the option only the record tells, trailing octets and all.
    packet[42] = 1;
    let segment = whole(101, &packet).unwrap().segment;
    assert_eq!(segment.text, 70_007);
    assert!(segment.marks.length_from_record);
}

#[test]
fn a_length_beyond_the_wire_is_damage_unless_the_header_sum_holds() {
    let packet = v4(b"0123456789");
    let chopped = &packet[..packet.len() - 10];
    let segment = whole(101, chopped).unwrap().segment;
    assert_eq!((segment.text, segment.checksum), (10, Checksum::Unknown));
    let mut damaged = packet.clone();
    damaged[2] ^= 2;
    // The snap length does not hide it: the frame was shorter than that on the wire.
    assert_eq!(cut(101, &damaged, 52).unwrap_err(), Undecoded::IpMalformed);
    assert_eq!(whole(101, &damaged).unwrap_err(), Undecoded::IpMalformed);
    assert_eq!(
        whole(101, &v6(b"0123456789")[..80]).unwrap_err(),
        Undecoded::IpMalformed
    );
}

#[test]
fn lengths_that_contradict_each_other_are_refused() {
    let mut packet = v4(b"abc");
    packet[3] = 10;
    assert_eq!(whole(101, &packet).unwrap_err(), Undecoded::IpMalformed);
    packet[3] = 30;
    assert_eq!(whole(101, &packet).unwrap_err(), Undecoded::TcpShort);
    packet[0] = 0x41;
    assert_eq!(whole(101, &packet).unwrap_err(), Undecoded::IpMalformed);
    packet[0] = 0x55;
    assert_eq!(whole(101, &packet).unwrap_err(), Undecoded::IpVersion);
}

#[test]
fn what_is_not_read_may_hold_a_segment() {
    for (protocol, lossy) in [
        (1, false),
        (2, false),
        (17, false),
        (132, false),
        (50, true),
    ] {
        let reason = whole(101, &ip4(protocol, &[0; 40])).unwrap_err();
        assert_eq!(
            (reason, reason.lossy()),
            (Undecoded::Protocol(protocol), lossy)
        );
    }
}

#[test]
fn padding_is_not_text_where_the_header_has_no_length() {
    let mut bare = TcpHeader::new(4000, 80, 1000, 512);
    bare.ack = true;
    let mut packet = Vec::new();
    PacketBuilder::ipv4(SOURCE, DESTINATION, 64)
        .tcp_header(bare)
        .write(&mut packet, b"")
        .unwrap();
    packet[2..4].fill(0);
    assert_eq!(whole(101, &packet).unwrap().segment.text, 0);
    packet.resize(46, 0);
    assert_eq!(whole(101, &packet).unwrap_err(), Undecoded::IpMalformed);
}
