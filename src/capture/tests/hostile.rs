//! Inputs that are cut, damaged, dribbling, failing, or no captures.

use super::*;
use std::io::{Error, ErrorKind, Result};

/// Cuts `file` everywhere behind its first `header` octets: what was whole before the cut is delivered, and the cut found.
fn cut_everywhere(file: &[u8], header: usize, boundaries: &[usize]) {
    let (all, _) = read(file);
    for end in header..file.len() {
        let (frames, facts) = read(&file[..end]);
        assert_eq!(frames[..], all[..frames.len()], "cut at {end}");
        let last = boundaries
            .iter()
            .rev()
            .find(|start| **start <= end)
            .unwrap();
        let next = all.iter().filter(|f| (f.offset as usize) < *last).count();
        assert_eq!(frames.len(), next, "cut at {end}");
        if *last == end {
            assert!(facts.faults.is_empty() && !facts.truncated, "cut at {end}");
        } else {
            assert_eq!(kinds(&facts), [FaultKind::Cut], "cut at {end}");
            assert_eq!(facts.faults[0].offset, *last as u64, "cut at {end}");
            assert_eq!(facts.faults[0].frame, Some(next as u64 + 1));
            assert!(facts.truncated);
        }
    }
}

#[test]
fn a_cut_pcap_gives_what_is_before_the_cut() {
    cut_everywhere(&small_pcap(), 24, &[24, 45, 61]);
    for end in 1..24 {
        assert!(reason(&small_pcap()[..end]).contains(if end < 4 {
            "not a capture"
        } else {
            "cut within its header"
        }));
    }
}

#[test]
fn a_cut_pcapng_gives_what_is_before_the_cut() {
    let file = small_pcapng();
    let mut boundaries = vec![0];
    while *boundaries.last().unwrap() < file.len() {
        let start = *boundaries.last().unwrap();
        let length: [u8; 4] = file[start + 4..start + 8].try_into().unwrap();
        let length = u32::from_le_bytes(length).min(u32::from_be_bytes(length));
        boundaries.push(start + length as usize);
    }
    cut_everywhere(&file, 28, &boundaries);
    for end in 4..28 {
        assert!(
            reason(&file[..end]).contains("section header is cut"),
            "{end}"
        );
    }
}

#[test]
fn says_what_is_no_capture() {
    assert_eq!(reason(b""), "test: an empty file");
    assert_eq!(
        reason(b"Hello, world"),
        "test: not a capture file: begins with 48 65 6c 6c 6f 2c 20 77 (text)"
    );
    assert!(reason(b"\xfd7zXZ\0\0\0").contains("xz -dc"));
    assert!(reason(b"snoop\0\0\0\0\0\0\x02").contains("editcap"));
    assert!(reason(b"\n\r\r\n is text all the same").contains("not a capture file"));
    assert!(reason(&[0; 100]).contains("00 00 00 00"));
}

/// Gives one octet a time and is interrupted before each.
struct Dribble {
    octets: Vec<u8>,
    at: usize,
    interrupted: bool,
    failing: bool,
}

impl Read for Dribble {
    fn read(&mut self, room: &mut [u8]) -> Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let Some(octet) = self.octets.get(self.at) else {
            return if self.failing {
                Err(Error::other("the disk is on fire"))
            } else {
                Ok(0)
            };
        };
        room[0] = *octet;
        self.at += 1;
        Ok(1)
    }
}

#[test]
fn a_dribbling_input_gives_the_same_frames() {
    for file in [small_pcap(), small_pcapng()] {
        let input = Dribble {
            octets: file.clone(),
            at: 0,
            interrupted: false,
            failing: false,
        };
        assert_eq!(read_from(input), read(&file));
    }
}

#[test]
fn a_failing_input_is_a_fault_with_its_reason() {
    let input = Dribble {
        octets: small_pcap()[..50].to_vec(),
        at: 0,
        interrupted: false,
        failing: true,
    };
    let (frames, facts) = read_from(input);
    assert_eq!(frames.len(), 1);
    assert_eq!(kinds(&facts), [FaultKind::ReadFailed]);
    assert_eq!(
        (facts.faults[0].offset, facts.faults[0].text.as_str()),
        (45, "reading failed: the disk is on fire")
    );
    let input = Dribble {
        octets: Vec::new(),
        at: 0,
        interrupted: false,
        failing: true,
    };
    assert!(matches!(
        Reader::new(input, Path::new("test")),
        Err(crate::error::Error::Io { .. })
    ));
}

#[test]
fn faults_without_end_are_counted() {
    let mut file = Writer::new(Order::Little);
    file.section();
    (0..1000).for_each(|_| {
        file.packet(0, 0, b"");
    });
    file.raw(&[0; 5]);
    let (frames, facts) = read(&file.octets);
    assert!(frames.is_empty());
    assert_eq!(
        (facts.frames, facts.faults.len() as u64 + facts.more_faults),
        (1000, 1001)
    );
    assert_eq!(facts.faults.last().unwrap().kind, FaultKind::Cut);
}

/// A small generator of its own, so that a failure can be repeated.
fn random(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 33) as usize
}

#[test]
fn damage_at_random_neither_panics_nor_hangs() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for file in [small_pcap(), small_pcapng()] {
        for _ in 0..4000 {
            let mut damaged = file.clone();
            for _ in 0..1 + random(&mut state) % 4 {
                let at = random(&mut state) % damaged.len();
                damaged[at] = random(&mut state) as u8;
            }
            damaged
                .truncate(1 + random(&mut state) % damaged.len().max(1) + random(&mut state) % 64);
            if let Ok(mut reader) = Reader::new(Cursor::new(damaged), Path::new("test")) {
                let frames = drain(&mut reader);
                assert!(frames.len() as u64 <= reader.facts().frames);
                assert!(
                    frames
                        .windows(2)
                        .all(|pair| pair[0].number < pair[1].number)
                );
            }
        }
    }
}
