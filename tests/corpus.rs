//! The captures of `testdata/` through the whole pipeline: what must be said of each, and every word of it as a snapshot.
//! `INSTA_UPDATE=always cargo test --test corpus` writes the snapshots anew.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops where its material is not what it has to be, and tells what it measured"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tcplint::analysis::{Settings, analyze_bytes, analyze_files};
use tcplint::finding::{Finding, Report};
use tcplint::report::{FindingRecords, FindingTable, Format};
use tcplint::rules::{Blame, Proof};

mod common;
mod copies;

/// What has to be found: file, rule, guilty endpoint, frame. Nobody else may be blamed in these files.
const GUILTY: &[(&str, &str, &str, u64)] = &[
    (
        "ack-of-unsent.pcap",
        "ack-of-unsent",
        "10.18.125.198:5001",
        8,
    ),
    (
        "ack-of-unsent-beyond-fin.pcap",
        "ack-of-unsent",
        "10.221.148.23:55928",
        11,
    ),
    (
        "ack-of-unsent-busy.pcap",
        "ack-of-unsent",
        "10.185.234.115:5001",
        71,
    ),
    (
        "ack-regression.pcap",
        "ack-regression",
        "10.182.172.145:1658",
        14,
    ),
    (
        "ack-flag-missing.pcap",
        "ack-flag-missing",
        "10.192.113.150:5001",
        8,
    ),
    (
        "seq-outside-window.pcapng",
        "seq-outside-window",
        "[fd00:a9:3b::b4]:5001",
        10,
    ),
    (
        "window-overrun.pcap",
        "window-overrun",
        "10.238.180.212:7777",
        20,
    ),
    (
        "window-overrun-stale-ack.pcap",
        "window-overrun",
        "10.9.0.2:7001",
        36,
    ),
    (
        "window-shrunk-unscaled.pcap",
        "window-shrunk",
        "10.9.0.2:7000",
        9,
    ),
    (
        "window-overrun-passt.pcap",
        "window-overrun",
        "10.9.0.2:7002",
        25,
    ),
    (
        "option-not-offered.pcap",
        "option-not-offered",
        "10.9.0.2:7003",
        2,
    ),
    ("mss-exceeded.pcap", "mss-exceeded", "10.9.0.2:7003", 4),
    (
        "synack-wrong-ack.pcap",
        "synack-wrong-ack",
        "10.143.187.163:3437",
        2,
    ),
    (
        "synack-isn-changed.pcap",
        "synack-isn-changed",
        "10.228.105.126:9265",
        4,
    ),
    (
        "handshake-ack-wrong.pcapng",
        "handshake-ack-wrong",
        "10.23.53.18:38846",
        3,
    ),
    (
        "data-before-handshake.pcap",
        "data-before-handshake",
        "10.126.148.161:443",
        3,
    ),
    (
        "two-way-handshake.client.pcap",
        "data-before-handshake",
        "10.233.24.171:9000",
        14,
    ),
    (
        "two-way-handshake.server.pcap",
        "data-before-handshake",
        "10.233.24.171:9000",
        13,
    ),
    (
        "data-in-syn-sent.pcap",
        "data-in-syn-sent",
        "10.11.152.74:54177",
        2,
    ),
    (
        "syn-in-established.pcap",
        "syn-in-established",
        "10.208.21.49:50886",
        8,
    ),
    (
        "syn-in-established-busy.pcap",
        "syn-in-established",
        "10.78.96.225:5001",
        236,
    ),
    (
        "data-after-fin.pcapng",
        "data-after-fin",
        "10.213.133.195:27928",
        12,
    ),
    (
        "fin-seq-conflict.pcap",
        "fin-seq-conflict",
        "10.153.53.132:80",
        10,
    ),
    (
        "time-wait-reset.client.pcap",
        "early-time-wait-exit",
        "10.153.204.99:34719",
        15,
    ),
    (
        "time-wait-reuse-low-isn.pcap",
        "early-time-wait-exit",
        "[fd00:e9:70::61]:32791",
        13,
    ),
    ("bad-reset.pcapng", "bad-reset", "10.144.118.238:443", 2),
    (
        "reset-for-reset.pcap",
        "reset-for-reset",
        "10.130.124.37:47867",
        11,
    ),
    (
        "segment-after-reset.pcap",
        "segment-after-reset",
        "10.246.121.7:58425",
        11,
    ),
];

/// Where no endpoint may be blamed: honest traffic, honest traffic badly recorded, and faults that this place cannot prove.
const INNOCENT: &[&str] = &[
    "time-wait-reset.server.pcap",
    "forged-reset.pcap",
    "honest.pcap",
    "honest-loss-and-reordering.pcapng",
    "honest-ecn.pcap",
    "honest-fast-open.pcap",
    "honest-data-before-third-ack.pcapng",
    "honest-simultaneous-open.pcap",
    "honest-half-open-ipv6.pcap",
    "honest-time-wait-reuse.pcap",
    "honest-time-wait-assassination.pcap",
    "honest-final-ack-lost.pcap",
    "honest-stale-syn-rejected.pcap",
    "honest-corruption.pcap",
    "honest-offload.pcap",
    "honest-cooked.pcap",
    "honest-self-connect.pcap",
    "honest-seq-wrap.pcap",
    "file-cut.pcap",
    "capture-gap.pcap",
    "two-vantages.pcap",
    "midstream.pcap",
    "one-direction.pcap",
    "snap-length.pcap",
    "span-duplicates.pcap",
    "two-clocks.pcap",
    "no-timestamps.pcap",
    "vlan-one-way.pcap",
];

/// What a damaged or odd recording must be recognised as: file and fact about the capture.
const ARTEFACTS: &[(&str, &str)] = &[
    ("file-cut.pcap", "truncated-file"),
    ("capture-gap.pcap", "capture-loss"),
    ("midstream.pcap", "midstream-start"),
    ("one-direction.pcap", "one-direction"),
    ("snap-length.pcap", "snaplen"),
    ("two-clocks.pcap", "capture-reordered"),
    ("two-vantages.pcap", "two-vantages"),
    ("span-duplicates.pcap", "capture-duplicates"),
    ("no-timestamps.pcap", "no-timestamps"),
];

/// What a connection in a file must be called.
const STORIES: &[(&str, &str)] = &[
    ("honest-loss-and-reordering.pcapng", "reordering"),
    ("honest-loss-and-reordering.pcapng", "retransmission"),
    ("honest-ecn.pcap", "ecn"),
    ("honest-fast-open.pcap", "fast-open"),
    (
        "honest-data-before-third-ack.pcapng",
        "data-before-third-ack-legal",
    ),
    ("honest-simultaneous-open.pcap", "simultaneous-open"),
    ("honest-half-open-ipv6.pcap", "half-open"),
    ("honest-half-open-ipv6.pcap", "challenge-ack"),
    ("honest-time-wait-reuse.pcap", "port-reuse"),
    ("honest-final-ack-lost.pcap", "time-wait-reack"),
    ("honest-stale-syn-rejected.pcap", "old-duplicate-syn"),
    ("honest-corruption.pcap", "bad-checksum"),
    ("honest-offload.pcap", "bad-checksum-is-offload"),
    ("honest-self-connect.pcap", "self-connection"),
    ("honest-seq-wrap.pcap", "seq-wrap"),
    ("honest.pcap", "clean-open"),
    ("honest.pcap", "clean-release"),
    ("forged-reset.pcap", "forged-segment"),
];

fn relative(name: &str) -> PathBuf {
    PathBuf::from(format!("testdata/{name}"))
}

fn octets(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(relative(name))).unwrap()
}

fn analyzed(name: &str) -> Report {
    analyze_files(&[relative(name)], &Settings::default()).unwrap()
}

fn written(report: &Report) -> String {
    let table = FindingTable {
        full: false,
        width: 80,
        quiet: false,
    };
    let mut out = anstream::StripStream::new(Vec::new());
    table.write(report, &mut out).unwrap();
    writeln!(out).unwrap();
    FindingRecords.write(report, &mut out).unwrap();
    String::from_utf8(out.into_inner()).unwrap()
}

/// The captures, not the damaged ones.
fn names() -> Vec<String> {
    let there = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")).unwrap();
    let mut names: Vec<String> = there
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".pcap") || name.ends_with(".pcapng"))
        .collect();
    names.sort();
    names
}

/// Captures of several stacks over bad paths in which an innocent endpoint was once accused.
#[test]
fn the_acquitted_stay_acquitted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/acquitted");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let report = analyze_bytes(&name, &fs::read(&path).unwrap(), &Settings::default()).unwrap();
        let accused: Vec<&str> = blamed(&report)
            .iter()
            .map(|finding| finding.rule.name)
            .collect();
        assert!(accused.is_empty(), "{name}: {accused:?}");
        assert!(
            report.captures.iter().any(|capture| capture.segments > 0),
            "{name}"
        );
        count += 1;
    }
    assert!(count > 50, "{count} captures");
}

/// Where one direction or the beginning is not on the record, no more than a hint is left against the acquitted; where any one record
/// is missing, nothing is certain.
#[test]
fn the_acquitted_are_not_convicted_on_half_a_record() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/acquitted");
    let (mut count, mut hints) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file = fs::read(&path).unwrap();
        let whole = analyze_bytes(&name, &file, &Settings::default()).unwrap();
        let Some(flow) = whole.flows.first() else {
            continue;
        };
        let mut judge = |what: String, most: Proof, file: &[u8], settings: &Settings| {
            let report = analyze_bytes(&name, file, settings).unwrap();
            for finding in blamed(&report) {
                let proof = finding.proof;
                assert!(proof <= most, "{name}, {what}: {}", finding.rule.name);
                hints += 1;
            }
            count += 1;
        };
        for end in [flow.first, flow.second] {
            let filter = format!("src host {} and src port {}", end.ip(), end.port());
            let settings = Settings {
                filter: Some(filter.parse().unwrap()),
                ..Settings::default()
            };
            judge(filter, Proof::Weak, &file, &settings);
        }
        let (header, records) = common::records(&file);
        let join = |parts: [&[Vec<u8>]; 2]| [header, &parts.concat().concat()].concat();
        for skipped in 1..records.len().min(13) {
            let cut = join([&records[skipped..], &[]]);
            let what = format!("without the first {skipped}");
            judge(what, Proof::Weak, &cut, &Settings::default());
        }
        for missing in 0..records.len().min(60) {
            let holed = join([&records[..missing], &records[missing + 1..]]);
            let what = format!("without record {missing}");
            judge(what, Proof::Strong, &holed, &Settings::default());
        }
    }
    assert!(count > 2000 && hints > 50, "{count} records, {hints} hints");
}

fn blamed(report: &Report) -> Vec<&Finding> {
    let blames = |finding: &&Finding| finding.blame == Blame::Endpoint;
    report.findings.iter().filter(blames).collect()
}

/// What is equal in two recordings of the same segments.
fn essence(report: &Report) -> Vec<String> {
    let essence = |finding: &Finding| {
        format!(
            "{} {:?} {:?} {:?} {}",
            finding.rule.name, finding.frame, finding.endpoint, finding.proof, finding.message
        )
    };
    report.findings.iter().map(essence).collect()
}

#[test]
fn every_capture_says_what_it_said() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names() {
            insta::assert_snapshot!(name.as_str(), written(&analyzed(&name)));
        }
    });
}

#[test]
fn every_capture_has_an_expectation() {
    for name in names() {
        let guilty = GUILTY.iter().filter(|(file, ..)| *file == name).count();
        let innocent = INNOCENT.iter().filter(|file| **file == name).count();
        assert_eq!(guilty + innocent, 1, "{name}");
    }
}

#[test]
fn the_guilty_is_named_and_nobody_else() {
    for &(name, rule, endpoint, frame) in GUILTY {
        let report = analyzed(name);
        let blamed = blamed(&report);
        let is_it = |finding: &&Finding| {
            finding.rule.name == rule
                && finding.frame == Some(frame)
                && finding.endpoint.map(|endpoint| endpoint.to_string()) == Some(endpoint.into())
        };
        assert!(
            blamed.iter().any(is_it),
            "{name}: {rule} of {endpoint} at {frame} is not among {:?}",
            essence(&report)
        );
        for finding in blamed {
            let other = finding.endpoint.map(|endpoint| endpoint.to_string());
            assert_eq!(other.as_deref(), Some(endpoint), "{name}: {finding:?}");
        }
    }
}

#[test]
fn the_innocent_are_not_blamed() {
    for name in INNOCENT {
        let report = analyzed(name);
        assert!(blamed(&report).is_empty(), "{name}: {:?}", essence(&report));
    }
}

#[test]
fn artefacts_are_recognised() {
    for (name, fact) in ARTEFACTS {
        let report = analyzed(name);
        let tags = &report.captures[0].tags;
        assert!(tags.contains(fact), "{name}: {tags:?}");
    }
}

#[test]
fn stories_are_told() {
    for (name, tag) in STORIES {
        let report = analyzed(name);
        let told: Vec<_> = report.flows.iter().map(|flow| &flow.tags).collect();
        assert!(
            told.iter().any(|tags| tags.contains(tag)),
            "{name}: {tag} is not among {told:?}"
        );
    }
}

#[test]
fn the_same_file_gives_the_same_octets() {
    for name in names() {
        let first = written(&analyzed(&name));
        assert_eq!(first, written(&analyzed(&name)), "{name}");
        let called = relative(&name).display().to_string();
        let held = analyze_bytes(&called, &octets(&name), &Settings::default()).unwrap();
        assert_eq!(first, written(&held), "{name}");
    }
}

#[test]
fn the_copies_of_a_capture_give_the_same_findings() {
    for name in names().iter().filter(|name| name.ends_with(".pcap")) {
        let original = octets(name);
        let expected = analyzed(name);
        if expected.captures[0].tags.contains("truncated-file") {
            continue;
        }
        let packets = copies::Packets::read(&original);
        for copy in [packets.big_endian(), packets.pcapng()] {
            let report = analyze_bytes(name, &copy, &Settings::default()).unwrap();
            assert_eq!(essence(&expected), essence(&report), "{name}");
            let tags = |report: &Report| -> Vec<_> {
                report.flows.iter().map(|flow| flow.tags.clone()).collect()
            };
            assert_eq!(tags(&expected), tags(&report), "{name}");
        }
    }
}

/// Honest captures that lost nothing, in the format that can be taken apart.
fn honest() -> impl Iterator<Item = &'static str> {
    let whole = |name: &&&str| name.starts_with("honest") && name.ends_with(".pcap");
    INNOCENT.iter().filter(whole).copied()
}

fn accusations(name: &str, file: &[u8]) -> Vec<String> {
    let report = analyze_bytes(name, file, &Settings::default()).unwrap();
    let said = |finding: &&Finding| format!("{} {:?}", finding.rule.name, finding.proof);
    blamed(&report).iter().map(said).collect()
}

#[test]
fn one_missing_segment_never_gives_certain_proof() {
    let mut trials = 0;
    let mut accused: BTreeMap<String, u32> = BTreeMap::new();
    let mut certain = Vec::new();
    for name in honest() {
        let original = octets(name);
        let packets = copies::Packets::read(&original);
        for index in 0..packets.len() {
            trials += 1;
            for accusation in accusations(name, &packets.without(index)) {
                let trial = format!("{name} without {}: {accusation}", index + 1);
                println!("{trial}");
                if accusation.ends_with("Certain") {
                    certain.push((name, index + 1));
                }
                *accused.entry(accusation).or_default() += 1;
            }
        }
    }
    println!("{trials} segments left out: {accused:?}");
    assert!(certain.is_empty(), "{certain:?}");
}

#[test]
fn a_doubled_segment_accuses_nobody() {
    for name in honest() {
        let original = octets(name);
        let packets = copies::Packets::read(&original);
        for index in 0..packets.len() {
            let accusations = accusations(name, &packets.doubled(index));
            assert!(
                accusations.is_empty(),
                "{name} with {} twice: {accusations:?}",
                index + 1
            );
        }
    }
}

fn run(arguments: &[&str], input: Option<&[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tcplint"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    if let Some(input) = input {
        pipe.write_all(input).unwrap();
    }
    drop(pipe);
    child.wait_with_output().unwrap()
}

#[test]
fn standard_input_is_read_like_a_file() {
    for name in ["handshake-ack-wrong.pcapng", "honest.pcap"] {
        let file = relative(name).display().to_string();
        let by_name = run(&["--format", "ndjson", &file], None);
        let by_pipe = run(&["--format", "ndjson", "-"], Some(&octets(name)));
        let said = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
        assert_eq!(
            said(&by_name).replace(&format!("\"{file}\""), "\"-\""),
            said(&by_pipe)
        );
        assert_eq!(by_name.status.code(), by_pipe.status.code());
    }
}

/// File, exit status, also under `--strict-input`, and words of the line on stderr or of the finding.
const BAD: &[(&str, i32, i32, &str)] = &[
    ("cut-header.pcap", 2, 2, "13 of 24 octets"),
    ("empty.pcap", 2, 2, "an empty file"),
    ("text.pcap", 2, 2, "not a capture file"),
    ("no-tcp.pcap", 0, 0, "not one TCP segment in 2 packets"),
    ("packet-longer-than-file.pcap", 0, 2, "byte 286"),
    ("length-beyond-limit.pcap", 0, 2, "byte 286"),
];

#[test]
fn bad_input_is_told_in_words() {
    for &(name, status, strict, words) in BAD {
        let file = format!("testdata/bad-input/{name}");
        let output = run(&[&file], None);
        let said = String::from_utf8(output.stderr).unwrap();
        let table = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(status), "{name}: {said}");
        assert!(
            said.contains(words) || table.contains(words),
            "{name}: {said}{table}"
        );
        assert!(said.lines().count() <= 1, "{name}: {said}");
        assert!(
            said.is_empty() || said.starts_with(&format!("tcplint: {file}: ")),
            "{name}: {said}"
        );
        let output = run(&["--strict-input", &file], None);
        assert_eq!(output.status.code(), Some(strict), "{name}");
    }
}
