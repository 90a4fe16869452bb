//! Compressed inputs: whole, in several members, cut and damaged.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::Write;

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

fn zstd(octets: &[u8]) -> Vec<u8> {
    compress_to_vec(octets, CompressionLevel::Fastest)
}

/// A capture that compresses badly, so that a cut in the compressed data is one in the capture.
fn noisy_pcap() -> Vec<u8> {
    let mut file = Writer::new(Order::Little);
    file.pcap_header(0xa1b2_c3d4, 1);
    let mut state = 1u32;
    for at in 0..4000 {
        let octets: Vec<u8> = (0..100)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        file.record((at, 0), &octets, 100);
    }
    file.octets
}

type Compressor = fn(&[u8]) -> Vec<u8>;
const BOTH: [Compressor; 2] = [gzip, zstd];

#[test]
fn compressed_captures_are_read_as_others_are() {
    for file in [small_pcap(), small_pcapng(), noisy_pcap()] {
        for compress in BOTH {
            assert_eq!(read(&compress(&file)), read(&file));
        }
    }
}

#[test]
fn members_follow_each_other() {
    let file = noisy_pcap();
    let skipped = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    for (at, compress) in BOTH.into_iter().enumerate() {
        let mut parts: Vec<Vec<u8>> = file.chunks(99_999).map(compress).collect();
        if at == 1 {
            parts.insert(0, skipped.to_vec());
            parts.insert(2, skipped.to_vec());
        }
        assert_eq!(read(&parts.concat()), read(&file));
    }
}

#[test]
fn a_cut_is_a_fault_where_the_data_ends() {
    let file = noisy_pcap();
    let (all, _) = read(&file);
    for compress in BOTH {
        let compressed = compress(&file);
        for part in [3, 7, 9] {
            let (frames, facts) = read(&compressed[..compressed.len() / 10 * part]);
            assert!(frames.len() > all.len() / 10 * (part - 2));
            assert_eq!(frames[..], all[..frames.len()]);
            assert_eq!(kinds(&facts), [FaultKind::Cut]);
            assert!(facts.truncated && facts.faults[0].text.contains("compressed"));
            assert_eq!(facts.faults[0].offset, 24 + 116 * frames.len() as u64);
        }
    }
}

#[test]
fn what_is_no_capture_after_decompression_is_refused() {
    for compress in BOTH {
        assert!(reason(&compress(b"Hello, world")).contains("48 65 6c"));
        assert!(reason(&compress(&gzip(&small_pcap()))).contains("within another"));
        let damaged = &compress(b"Hello, world")[..8];
        assert!(Reader::new(Cursor::new(damaged.to_vec()), Path::new("test")).is_err());
    }
}

#[test]
fn damage_neither_panics_nor_hangs() {
    let mut state = 5u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for compress in BOTH {
        let whole = compress(&small_pcapng());
        for _ in 0..3000 {
            let mut damaged = whole.clone();
            for _ in 0..1 + random() % 3 {
                let at = random() % damaged.len();
                damaged[at] = random() as u8;
            }
            damaged.truncate(random() % (damaged.len() * 2));
            if let Ok(mut reader) = Reader::new(Cursor::new(damaged), Path::new("test")) {
                drain(&mut reader);
            }
        }
    }
}
