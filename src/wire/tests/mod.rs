//! Builders of frames, and a walk through all layers.

mod defrag;
mod ip;
mod link;
mod options;
mod tcp;
mod tunnel;

use super::{Decoded, Decoder, Undecoded};
use crate::capture::{Frame, LinkType};
use crate::tcp::Direction;
use etherparse::{PacketBuilder, TcpHeader};

pub(super) const SOURCE: [u8; 4] = [192, 0, 2, 1];
pub(super) const DESTINATION: [u8; 4] = [198, 51, 100, 7];

pub(super) fn frame(link: u16, octets: &[u8], wire_len: usize) -> Frame<'_> {
    Frame {
        number: 1,
        offset: 24,
        time: None,
        interface: 0,
        link_type: LinkType(link),
        octets,
        wire_len: wire_len.try_into().unwrap(),
        direction: Direction::Unknown,
    }
}

/// Decodes a frame without any before it.
pub(super) fn decode(frame: &Frame<'_>) -> Result<Decoded, Undecoded> {
    Decoder::default().decode(frame)
}

/// Decodes a whole frame.
pub(super) fn whole(link: u16, octets: &[u8]) -> Result<Decoded, Undecoded> {
    decode(&frame(link, octets, octets.len()))
}

/// Decodes what a snap length leaves of a frame.
pub(super) fn cut(link: u16, octets: &[u8], snaplen: usize) -> Result<Decoded, Undecoded> {
    decode(&frame(link, &octets[..snaplen], octets.len()))
}

pub(super) fn header() -> TcpHeader {
    let mut header = TcpHeader::new(4000, 80, 1000, 512);
    header.ack = true;
    header.psh = true;
    header.acknowledgment_number = 77;
    header
        .set_options_raw(&[1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6])
        .unwrap();
    header
}

pub(super) fn v4(text: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4(SOURCE, DESTINATION, 64).tcp_header(header());
    let mut octets = Vec::new();
    builder.write(&mut octets, text).unwrap();
    octets
}

pub(super) fn v6(text: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv6([0x20; 16], [0x30; 16], 63).tcp_header(header());
    let mut octets = Vec::new();
    builder.write(&mut octets, text).unwrap();
    octets
}

/// An IPv4 packet of any protocol.
pub(super) fn ip4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64);
    let mut octets = Vec::new();
    builder
        .write(&mut octets, protocol.into(), payload)
        .unwrap();
    octets
}

pub(super) fn under(head: &[u8], packet: &[u8]) -> Vec<u8> {
    [head, packet].concat()
}

#[test]
fn a_segment_keeps_all_that_its_headers_say() {
    let decoded = whole(101, &v4(b"hello")).unwrap();
    assert_eq!(decoded.source.to_string(), "192.0.2.1:4000");
    assert_eq!(decoded.destination.to_string(), "198.51.100.7:80");
    let segment = decoded.segment;
    assert_eq!(
        (segment.seq.0, segment.ack.0, segment.wnd, segment.text),
        (1000, 77, 512, 5)
    );
    assert_eq!(segment.flags.to_string(), "PSH,ACK");
    assert_eq!(
        (
            segment.marks.ttl,
            segment.marks.ip_id,
            segment.option_octets
        ),
        (64, Some(0), 12)
    );
    assert_eq!(segment.checksum, crate::tcp::Checksum::Good);
    assert_eq!(
        segment.options.timestamps.map(|ts| (ts.val, ts.ecr)),
        Some((5, 6))
    );
    let segment = whole(101, &v6(b"hello")).unwrap().segment;
    assert_eq!((segment.marks.ttl, segment.marks.ip_id), (63, None));
    assert_eq!(segment.checksum, crate::tcp::Checksum::Good);
}

#[test]
fn damage_at_random_does_not_panic() {
    let mut state = 7u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    let ethernet = under(
        &[[2; 12].as_slice(), &[0x81, 0, 0, 1, 8, 0]].concat(),
        &v4(b"some text"),
    );
    let mut extended = v6(b"text");
    extended[6] = 0;
    extended.splice(
        40..40,
        [
            43, 0, 1, 4, 0, 0, 0, 0, 51, 0, 0, 0, 0, 0, 0, 0, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
    );
    for packet in [
        ethernet,
        under(&[0; 14], &under(&[8, 0], &v4(b"x"))),
        extended,
    ] {
        for _ in 0..4000 {
            let mut damaged = packet.clone();
            for _ in 0..1 + random() % 4 {
                let at = random() % damaged.len();
                damaged[at] = random() as u8;
            }
            damaged.truncate(random() % (damaged.len() * 2));
            for link in [0, 1, 101, 113, 229, 276] {
                let wire = damaged.len() + random() % 3 * 40;
                if let Ok(decoded) = decode(&frame(link, &damaged, wire)) {
                    assert!(
                        decoded.segment.text <= 65_535 && decoded.segment.options.sack.len() <= 4
                    );
                }
            }
        }
    }
}

#[test]
fn every_cut_of_a_packet_is_used_or_counted() {
    for (packet, head) in [(v4(b"some text"), 20), (v6(b"some text"), 40)] {
        for end in 0..packet.len() {
            match cut(101, &packet, end) {
                Ok(decoded) => {
                    assert!(end >= head + 20);
                    assert_eq!(decoded.segment.text, 9);
                    let cut_options = decoded.segment.options.reading == crate::tcp::Reading::Cut;
                    assert_eq!(cut_options, end < head + 32, "{end}");
                    assert_eq!(decoded.segment.checksum, crate::tcp::Checksum::Unknown);
                    assert_eq!(decoded.segment.text_sum, None);
                }
                Err(reason) => {
                    assert!(end < head + 20 && reason.lossy());
                    assert_eq!(
                        reason,
                        if end < head {
                            Undecoded::IpCut
                        } else {
                            Undecoded::TcpCut
                        }
                    );
                }
            }
        }
    }
}
