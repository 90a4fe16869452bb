//! Datagrams in pieces.

use super::*;
use crate::tcp::Checksum;
use crate::time::Timestamp;

/// The fragments of an IPv4 packet, `size` octets of payload each.
fn fragments(packet: &[u8], id: u16, size: usize) -> Vec<Vec<u8>> {
    let payload = &packet[20..];
    let pieces = payload.chunks(size).enumerate().map(|(at, piece)| {
        let start = at * size;
        let more = u16::from(start + piece.len() < payload.len()) << 13;
        let mut head = packet[..20].to_vec();
        head[2..4].copy_from_slice(&u16::try_from(20 + piece.len()).unwrap().to_be_bytes());
        head[4..6].copy_from_slice(&id.to_be_bytes());
        head[6..8].copy_from_slice(&(more | u16::try_from(start / 8).unwrap()).to_be_bytes());
        under(&head, piece)
    });
    pieces.collect()
}

/// The fragments of an IPv6 packet whose payload is `carried`.
fn fragments6(packet: &[u8], size: usize) -> Vec<Vec<u8>> {
    let payload = &packet[40..];
    let pieces = payload.chunks(size).enumerate().map(|(at, piece)| {
        let start = at * size;
        let more = u16::from(start + piece.len() < payload.len());
        let mut head = packet[..40].to_vec();
        head[4..6].copy_from_slice(&u16::try_from(8 + piece.len()).unwrap().to_be_bytes());
        head[6] = 44;
        head.extend([packet[6], 0]);
        head.extend((more | u16::try_from(start).unwrap()).to_be_bytes());
        head.extend([0, 0, 0, 9]);
        under(&head, piece)
    });
    pieces.collect()
}

struct Run {
    decoder: Decoder,
    segments: Vec<Decoded>,
    reasons: Vec<Undecoded>,
}

impl Run {
    fn new() -> Self {
        Self {
            decoder: Decoder::default(),
            segments: Vec::new(),
            reasons: Vec::new(),
        }
    }

    fn take_at(&mut self, second: i64, packet: &[u8]) {
        let mut frame = frame(101, packet, packet.len());
        frame.time = Some(Timestamp::from_nanos(second * 1_000_000_000));
        match self.decoder.decode(&frame) {
            Ok(decoded) => self.segments.push(decoded),
            Err(reason) => self.reasons.push(reason),
        }
    }

    fn take(&mut self, packets: &[Vec<u8>]) -> &mut Self {
        packets.iter().for_each(|packet| self.take_at(0, packet));
        self
    }

    fn counts(&mut self) -> Vec<(Undecoded, u64)> {
        self.decoder.finish().into_iter().collect()
    }
}

const TEXT: &[u8] = b"a text that is long enough for some fragments";

#[test]
fn a_datagram_is_put_together_in_any_order() {
    for parts in [fragments(&v4(TEXT), 7, 24), fragments6(&v6(TEXT), 24)] {
        for turn in 0..parts.len() {
            let mut parts = parts.clone();
            parts.rotate_left(turn);
            let mut run = Run::new();
            run.take(&parts);
            assert_eq!(run.segments.len(), 1);
            let segment = &run.segments[0].segment;
            assert_eq!(segment.text as usize, TEXT.len());
            assert_eq!(segment.checksum, Checksum::Good);
            assert!(segment.marks.fragmented && !segment.marks.length_from_record);
            assert_eq!(run.reasons, vec![Undecoded::Waiting; parts.len() - 1]);
            let waited = parts.len() as u64 - 1;
            assert_eq!(run.counts(), [(Undecoded::Reassembled, waited)]);
        }
    }
}

#[test]
fn a_datagram_that_stays_incomplete_may_hold_a_segment() {
    for mut parts in [fragments(&v4(TEXT), 7, 24), fragments6(&v6(TEXT), 24)] {
        parts.remove(1);
        let mut run = Run::new();
        run.take(&parts);
        assert!(run.segments.is_empty());
        assert!(!Undecoded::Waiting.lossy() && Undecoded::Fragment.lossy());
        assert_eq!(run.counts(), [(Undecoded::Fragment, parts.len() as u64)]);
    }
}

#[test]
fn extension_headers_behind_the_fragment_header_are_passed() {
    let mut packet = v6(TEXT);
    packet.splice(40..40, [6, 0, 1, 4, 0, 0, 0, 0]);
    packet[6] = 60;
    let mut run = Run::new();
    run.take(&fragments6(&packet, 32));
    assert_eq!(run.segments[0].segment.checksum, Checksum::Good);
}

#[test]
fn repetitions_are_no_loss() {
    let parts = fragments(&v4(TEXT), 7, 24);
    let twice: Vec<_> = parts
        .iter()
        .flat_map(|part| [part.clone(), part.clone()])
        .collect();
    let mut run = Run::new();
    run.take(&twice);
    assert_eq!(run.segments.len(), 1);
    assert!(run.counts().iter().all(|(reason, _)| !reason.lossy()));
    let mut run = Run::new();
    run.take(&parts).take(&parts);
    assert_eq!(run.segments.len(), 2);
}

#[test]
fn contradictions_give_nothing_and_are_counted() {
    let parts = fragments(&v4(TEXT), 7, 24);
    let mut other = parts[1].clone();
    other[30] ^= 1;
    let mut run = Run::new();
    run.take(&[parts[0].clone(), parts[1].clone(), other])
        .take(&parts[2..]);
    assert!(run.segments.is_empty() && Undecoded::Overlap.lossy());
    assert_eq!(run.counts(), [(Undecoded::Overlap, parts.len() as u64 + 1)]);
}

#[test]
fn overlaps_that_agree_are_put_together() {
    let packet = v4(TEXT);
    let (wide, narrow) = (fragments(&packet, 7, 32), fragments(&packet, 7, 24));
    let mut run = Run::new();
    run.take(&[narrow[0].clone(), narrow[1].clone()])
        .take(&wide[1..]);
    assert_eq!(run.segments[0].segment.checksum, Checksum::Good);
}

#[test]
fn waiting_ends_with_age() {
    let parts = fragments(&v4(TEXT), 7, 48);
    let mut run = Run::new();
    run.take_at(0, &parts[0]);
    run.take_at(61, &parts[1]);
    assert!(run.segments.is_empty());
    run.take_at(100, &parts[0]);
    assert_eq!(run.segments.len(), 1);
    assert_eq!(
        run.counts(),
        [(Undecoded::Fragment, 1), (Undecoded::Reassembled, 1)]
    );
}

#[test]
fn a_snap_length_leaves_the_length() {
    let parts = fragments(&v4(TEXT), 7, 48);
    let mut decoder = Decoder::default();
    let cut: Vec<_> = parts
        .iter()
        .map(|part| decoder.decode(&frame(101, &part[..part.len().min(60)], part.len())))
        .collect();
    let segment = &cut[1].as_ref().unwrap().segment;
    assert_eq!(segment.text as usize, TEXT.len());
    assert_eq!(
        (segment.checksum, segment.text_sum),
        (Checksum::Unknown, None)
    );
    assert!(segment.options.timestamps.is_some());
}

#[test]
fn what_carries_no_segment_is_named() {
    let mut packet = v4(TEXT);
    packet[9] = 1;
    let mut run = Run::new();
    run.take(&fragments(&packet, 7, 24));
    assert!(
        run.reasons
            .iter()
            .all(|reason| *reason == Undecoded::Protocol(1))
    );
    packet[9] = 17;
    let mut run = Run::new();
    run.take(&fragments(&packet, 7, 24)[..2]);
    assert_eq!(run.counts(), [(Undecoded::Protocol(17), 2)]);
    // A tunnel that nobody can look into.
    packet[20..24].copy_from_slice(&[1, 2, 0x12, 0xb5]);
    let mut run = Run::new();
    run.take(&fragments(&packet, 7, 24)[..2]);
    assert_eq!(run.counts(), [(Undecoded::Fragment, 2)]);
}

#[test]
fn a_fragmented_tunnel_is_read() {
    let mut run = Run::new();
    run.take(&fragments(&ip4(4, &v4(TEXT)), 7, 32));
    assert_eq!(run.segments.len(), 1);
    assert_ne!(run.segments[0].tunnel, 0);
}

#[test]
fn endless_fragments_are_bounded() {
    let part = &fragments(&v4(TEXT), 7, 24)[0];
    let mut run = Run::new();
    for id in 0..20_000u32 {
        let mut part = part.clone();
        part[4..6].copy_from_slice(&(id as u16).to_be_bytes());
        part[15] = (id >> 16) as u8;
        run.take_at(0, &part);
    }
    assert_eq!(run.counts(), [(Undecoded::Fragment, 20_000)]);
}
