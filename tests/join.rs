//! A capture that was recorded in pieces: cut between any two records and joined again, it gives what the whole gives.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where its material is not what it has to be"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tcplint::analysis::{Settings, analyze_files, analyze_joined};
use tcplint::finding::Report;

/// A classic little-endian file: where its records begin, with their times in ticks.
struct Pcap {
    octets: Vec<u8>,
    records: Vec<(usize, u64)>,
}

impl Pcap {
    fn read(path: &Path) -> Option<Self> {
        let octets = fs::read(path).unwrap();
        if ![[0xd4, 0xc3, 0xb2, 0xa1], [0x4d, 0x3c, 0xb2, 0xa1]].contains(octets.first_chunk()?) {
            return None;
        }
        let word = |at: usize| -> Option<u32> {
            Some(u32::from_le_bytes(*octets.get(at..)?.first_chunk()?))
        };
        let (mut at, mut records) = (24, Vec::new());
        while let Some(captured) = word(at + 8) {
            let ticks = u64::from(word(at)?) << 32 | u64::from(word(at + 4)?);
            records.push((at, ticks));
            at += 16 + usize::try_from(captured).ok()?;
        }
        (at == octets.len()).then_some(Self { octets, records })
    }

    /// The records of one range as a file of their own.
    fn piece(&self, range: std::ops::Range<usize>) -> Vec<u8> {
        let begin = |at: usize| self.records.get(at).map_or(self.octets.len(), |r| r.0);
        [
            &self.octets[..24],
            &self.octets[begin(range.start)..begin(range.end)],
        ]
        .concat()
    }
}

fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&path));
    fs::create_dir_all(&path).unwrap();
    path
}

/// Everything that is said of endpoints, connections and completeness; neither names nor the header of a file.
fn said(report: &Report) -> String {
    let capture = &report.captures[0];
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}",
        report.flows,
        report.findings,
        (
            &capture.tags,
            &capture.skipped,
            capture.frames,
            capture.segments,
            capture.times
        ),
        (capture.acknowledged, capture.loss_evidence, capture.epsilon),
    )
}

#[test]
fn a_cut_capture_is_one_capture_again() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let pieces = directory("join");
    let settings = Settings::default();
    let mut cuts = 0;
    let mut files: Vec<_> = fs::read_dir(testdata)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for path in files.iter().filter(|path| path.is_file()) {
        let Some(pcap) = Pcap::read(path) else {
            continue;
        };
        let whole = said(&analyze_files(std::slice::from_ref(path), &settings).unwrap());
        let count = pcap.records.len();
        // Of a long file some cuts, of a short one all.
        for cut in (1..count).step_by(count.div_ceil(20)) {
            let second = cut + (count - cut) / 2;
            let times = [0, cut, second].map(|at| pcap.records[at].1);
            if times[0] >= times[1] || times[1] >= times[2] {
                continue;
            }
            // Named in no order that would help.
            let names = ["c.pcap", "a.pcap", "b.pcap"].map(|name| pieces.join(name));
            fs::write(&names[0], pcap.piece(0..cut)).unwrap();
            fs::write(&names[1], pcap.piece(cut..second)).unwrap();
            fs::write(&names[2], pcap.piece(second..count)).unwrap();
            let given = [&names[1], &names[2], &names[0]].map(Clone::clone);
            let joined = analyze_joined(&given, &settings).unwrap();
            assert_eq!(said(&joined), whole, "{} cut at {cut}", path.display());
            let parts: Vec<_> = joined.captures[0]
                .said
                .parts
                .iter()
                .map(|part| part.1)
                .collect();
            let frames = [1, cut + 1, second + 1].map(|frame| u64::try_from(frame).unwrap());
            assert_eq!(parts, frames);
            cuts += 1;
        }
    }
    assert!(cuts > 300, "{cuts} cuts");
}

fn run(arguments: &[&str], directory: &Path) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tcplint"))
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_connection_across_the_cut_is_one_connection_with_join_and_two_without() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let pieces = directory("join-cli");
    let pcap = Pcap::read(&testdata.join("honest.pcap")).unwrap();
    fs::write(pieces.join("trace.pcap1"), pcap.piece(8..18)).unwrap();
    fs::write(pieces.join("trace.pcap0"), pcap.piece(0..8)).unwrap();
    let flows = |arguments: &[&str]| {
        let (status, out, _) = run(
            &[&["flows", "--format", "ndjson"], arguments].concat(),
            &pieces,
        );
        assert_eq!(status, Some(0));
        out.lines()
            .filter(|line| line.contains("\"type\":\"flow\""))
            .count()
    };
    assert_eq!(flows(&["trace.pcap*"]), 2);
    assert_eq!(flows(&["--join", "trace.pcap*"]), 1);
    assert_eq!(
        flows(&["--join", "trace.pcap1", "trace.pcap0", "trace.pcap0"]),
        1
    );
    let (status, out, _) = run(&["--join", "trace.pcap[01]"], &pieces);
    assert_eq!(status, Some(0));
    assert!(
        out.contains("trace.pcap0 from frame 1, trace.pcap1 from frame 9"),
        "{out}"
    );
    // A piece that is missing, nothing that matches, what cannot be read twice: the job cannot be done.
    for arguments in [
        ["--join", "trace.pcap0", "nothing"],
        ["--join", "trace.pcap0", "-"],
    ] {
        let (status, out, errors) = run(&arguments, &pieces);
        assert_eq!((status, &out[..]), (Some(2), ""), "{arguments:?}");
        assert!(!errors.is_empty());
    }
    let (status, _, errors) = run(&["other*.pcap"], &pieces);
    assert_eq!(status, Some(2));
    assert!(errors.contains("no file matches this pattern"), "{errors}");
}
