//! What is fuzzed, as plain functions: `cargo fuzz` calls them with what it invents, `tests/hostile.rs` with damaged
//! captures. Each accepts any octets and must return.

use std::io::Cursor;
use std::net::Ipv4Addr;
use std::path::Path;
use tcplint::analysis::{Settings, analyze_bytes};
use tcplint::capture::{Frame, LinkType, Reader};
use tcplint::tcp::Direction;
use tcplint::time::Timestamp;
use tcplint::wire::{Decoder, Undecoded};

/// The container readers, decompression included.
pub(crate) fn container(data: &[u8]) {
    let Ok(mut reader) = Reader::new(Cursor::new(data.to_vec()), Path::new("fuzz")) else {
        return;
    };
    let mut frames = 0u64;
    while let Some(frame) = reader.next_frame() {
        assert!(frame.number > frames, "frames are numbered in order");
        frames = frame.number;
    }
    let facts = reader.facts();
    assert!(frames <= facts.frames);
    assert!(facts.labels.names.len() <= 4096 && facts.labels.comments.len() <= 256);
}

/// Every link type that is read, and one that is not.
const LINKS: [u16; 40] = [
    1, 0, 6, 8, 9, 10, 12, 50, 51, 100, 101, 104, 105, 106, 107, 108, 109, 113, 117, 119, 122, 123,
    127, 138, 147, 163, 166, 192, 204, 205, 206, 219, 226, 229, 239, 242, 258, 276, 282, 285,
];

fn frame(number: u64, link: u16, octets: &[u8], more: u32) -> Frame<'_> {
    Frame {
        number,
        offset: 0,
        time: Some(Timestamp::from_nanos(number.cast_signed() << 20)),
        interface: 0,
        link_type: LinkType(link),
        octets,
        wire_len: u32::try_from(octets.len())
            .unwrap_or(u32::MAX)
            .saturating_add(more),
        direction: Direction::Unknown,
    }
}

/// Feeds frames to one decoder; every frame must be accounted for once.
fn decode(frames: &[Frame<'_>]) {
    let mut decoder = Decoder::default();
    let mut waiting = 0u64;
    for frame in frames {
        match decoder.decode(frame) {
            Ok(decoded) => {
                assert!(decoded.segment.options.sack.len() <= 4);
                assert!(usize::from(decoded.segment.option_octets) <= 40);
            }
            Err(Undecoded::Waiting) => waiting += 1,
            Err(reason) => assert!(!reason.to_string().is_empty()),
        }
    }
    for told in decoder.disagreements() {
        assert!(told.frames.0 < told.frames.1, "two frames, in their order");
    }
    let counted: u64 = decoder.finish().values().sum();
    assert_eq!(counted, waiting, "a frame that waited is counted once");
}

/// The decoder, with all link layers, tunnels and options. Two octets before each frame give its link type and length.
pub(crate) fn decoder(mut data: &[u8]) {
    let mut frames = Vec::new();
    while let [link, length, rest @ ..] = data {
        let length = usize::from(*length).saturating_mul(2).min(rest.len());
        let (octets, rest) = rest.split_at(length);
        let link_type = LINKS[usize::from(*link) % LINKS.len()];
        frames.push(frame(
            frames.len() as u64 + 1,
            link_type,
            octets,
            u32::from(link >> 6),
        ));
        data = rest;
    }
    decode(&frames);
}

/// Reassembly: every four octets become a fragment of one of a few datagrams, of either IP version.
pub(crate) fn reassembly(data: &[u8]) {
    let packets: Vec<Vec<u8>> = data.chunks_exact(4).map(fragment).collect();
    let frames: Vec<Frame<'_>> = packets
        .iter()
        .zip(1..)
        .map(|(packet, number)| frame(number, 101, packet, 0))
        .collect();
    decode(&frames);
}

fn fragment(octets: &[u8]) -> Vec<u8> {
    let (which, start, length, fill) = (octets[0], octets[1], octets[2], octets[3]);
    let length = usize::from(length % 32) * 8 + usize::from(which >> 5 == 7);
    let protocol = [6, 17, 4, 47][usize::from(which >> 2) % 4];
    let more = which & 0x10 == 0;
    let mut packet = if start & 0x80 == 0 {
        fragment_4(protocol, which & 3, (more, start % 64), length)
    } else {
        fragment_6(protocol, which & 3, (more, start % 64), length)
    };
    let whole = packet.len() + length;
    packet.resize(whole, if fill < 8 { fill } else { 0x50 });
    packet
}

fn fragment_4(protocol: u8, id: u8, (more, start): (bool, u8), length: usize) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend(u16::try_from(20 + length).unwrap_or(0).to_be_bytes());
    packet.extend([0, id]);
    packet.extend((u16::from(more) << 13 | u16::from(start)).to_be_bytes());
    packet.extend([64, protocol, 0, 0]);
    packet.extend(Ipv4Addr::new(192, 0, 2, 1).octets());
    packet.extend(Ipv4Addr::new(192, 0, 2, 2).octets());
    packet
}

fn fragment_6(protocol: u8, id: u8, (more, start): (bool, u8), length: usize) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(u16::try_from(8 + length).unwrap_or(0).to_be_bytes());
    packet.extend([44, 64]);
    packet.extend([0xfd; 16]);
    packet.extend([0xfe; 16]);
    packet.extend([protocol, 0]);
    packet.extend((u16::from(start) << 3 | u16::from(more)).to_be_bytes());
    packet.extend([0, 0, 0, id]);
    packet
}

/// The whole pipeline: from the file to the findings.
pub(crate) fn pipeline(data: &[u8]) {
    if let Ok(report) = analyze_bytes("fuzz", data, &Settings::default()) {
        let capture = &report.captures[0];
        let skipped: u64 = capture.skipped.iter().map(|skipped| skipped.frames).sum();
        assert_eq!(capture.frames, capture.segments + skipped);
    }
}
