//! Damaged captures through everything: cut, flipped, spliced, with the same seed in every run. Nothing may panic, and
//! nothing may take long.

#![allow(clippy::unwrap_used, reason = "a test stops at what it cannot read")]
#![allow(
    clippy::indexing_slicing,
    reason = "of numbers that were drawn below the length"
)]

#[path = "../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Damaged files made of each capture; of a long one fewer. `HOSTILE_RUNS` sets another number, for a long run by hand.
const RUNS: usize = 300;
/// No input of that size may take longer, in a debug build on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

/// A small generator of its own, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn octet(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    /// A range of at most `longest` octets.
    fn range(&mut self, octets: &[u8], longest: usize) -> std::ops::Range<usize> {
        let start = self.below(octets.len());
        let length = self.below(longest.min(octets.len() - start) + 1);
        start..start + length
    }

    fn damage(&mut self, octets: &mut Vec<u8>, other: &[u8]) {
        match self.below(8) {
            0 => octets.truncate(self.below(octets.len() + 1)),
            1 | 2 => {
                for _ in 0..=self.below(12) {
                    let at = self.below(octets.len());
                    octets[at] ^= 1 << self.below(8);
                }
            }
            3 => {
                let (from, to) = (self.range(other, 400), self.range(octets, 400));
                octets.splice(to, other[from].iter().copied());
            }
            4 => {
                let range = self.range(octets, 200);
                octets.drain(range);
            }
            5 => {
                let range = self.range(octets, 200);
                let copy = octets[range.clone()].to_vec();
                octets.splice(range.end..range.end, copy);
            }
            6 => {
                // What a length field would be at its worst.
                let range = self.range(octets, 4);
                let value = [0, 0xff, 0x7f, 1][self.below(4)];
                octets[range].fill(value);
            }
            _ => {
                let range = self.range(octets, 64);
                for at in range {
                    octets[at] = self.octet();
                }
            }
        }
        if octets.is_empty() {
            octets.push(0);
        }
    }
}

/// Every file in a folder of the project, with its name.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder}");
    files
}

fn captures() -> Vec<(String, Vec<u8>)> {
    let mut captures = files("testdata");
    captures.extend(files("testdata/forms"));
    captures.retain(|(name, _)| {
        let ending = Path::new(name).extension();
        ending.is_some_and(|ending| ending == "pcap" || ending == "pcapng" || ending == "gz")
    });
    captures
}

fn runs() -> usize {
    let set = std::env::var("HOSTILE_RUNS").ok();
    set.and_then(|runs| runs.parse().ok()).unwrap_or(RUNS)
}

fn in_time(name: &str, run: usize, check: impl FnOnce()) {
    let began = Instant::now();
    check();
    assert!(began.elapsed() < LONGEST, "{name}, run {run}: too slow");
}

#[test]
fn damaged_captures_neither_panic_nor_hang() {
    let captures = captures();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for (name, whole) in &captures {
        // The forms of one connection differ in a few octets each.
        let share = if name.contains("forms") { 4 } else { 1 };
        let runs = runs() / share * 8_000 / whole.len().max(8_000);
        for run in 0..runs.max(8) {
            let mut damaged = whole.clone();
            for _ in 0..=random.below(4) {
                let other = random.below(captures.len());
                random.damage(&mut damaged, &captures[other].1);
            }
            in_time(name, run, || targets::pipeline(&damaged));
        }
    }
}

#[test]
fn damaged_compressed_captures_neither_panic_nor_hang() {
    let captures = captures();
    let mut random = Random(0x1234_5678_9abc_def1);
    let chosen =
        |(name, whole): &&(String, Vec<u8>)| whole.len() < 8_000 && !name.contains("forms");
    for (name, whole) in captures.iter().filter(chosen) {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(whole).unwrap();
        let gzip = encoder.finish().unwrap();
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        let zstd = ruzstd::encoding::compress_to_vec(&whole[..], level);
        for compressed in [gzip, zstd] {
            for run in 0..runs() / 5 {
                let mut damaged = compressed.clone();
                random.damage(&mut damaged, &compressed);
                in_time(name, run, || targets::container(&damaged));
            }
        }
    }
}

#[test]
fn frames_out_of_captures_and_out_of_nothing_are_accounted_for() {
    let mut random = Random(0xdead_beef_cafe_f00d);
    for (name, whole) in captures().iter().filter(|(_, whole)| whole.len() < 20_000) {
        for run in 0..runs() / 5 {
            let mut damaged = whole.clone();
            random.damage(&mut damaged, whole);
            in_time(name, run, || targets::decoder(&damaged));
        }
    }
    for run in 0..runs() {
        let octets: Vec<u8> = (0..random.below(2000)).map(|_| random.octet()).collect();
        in_time("noise", run, || targets::decoder(&octets));
        in_time("noise", run, || targets::reassembly(&octets));
        in_time("noise", run, || targets::container(&octets));
    }
}

type Target = fn(&[u8]);

/// What fuzzing kept: inputs that reach different code, and inputs that once stopped a target.
#[test]
fn what_fuzzing_found_is_read() {
    let targets: [(&str, Target); 4] = [
        ("container", targets::container),
        ("decoder", targets::decoder),
        ("reassembly", targets::reassembly),
        ("pipeline", targets::pipeline),
    ];
    for (name, target) in targets {
        for folder in ["corpus", "regressions"] {
            let folder = format!("fuzz/{folder}/{name}");
            if folder.contains("regressions")
                && !Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder).is_dir()
            {
                continue;
            }
            for (file, octets) in files(&folder) {
                in_time(&file, 0, || target(&octets));
            }
        }
    }
}
