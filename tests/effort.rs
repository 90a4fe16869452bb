//! How the work is done changes nothing in what is said: the short way for ordinary segments, the number of
//! threads, counting instead of listing; and too little memory is told.
//!
//! All captures of `testdata/`, every trace of every page, and generated traffic. The laboratory's is compared in `lab`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    dead_code,
    unreachable_pub,
    reason = "helpers of tests, too"
)]

mod common;
#[path = "../benches/ratios/traffic/mod.rs"]
mod traffic;

use common::page::{self, Kind};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tcplint::analysis::{Effort, Settings, analyze_bytes};
use tcplint::finding::Report;
use tcplint::rules::Blame;
use traffic::{Container, Shape, Writer, generate};

fn report(octets: &[u8], effort: Effort) -> Option<Report> {
    let settings = Settings {
        effort,
        ..Settings::default()
    };
    analyze_bytes("capture", octets, &settings).ok()
}

/// Everything said about a capture, the notes among it; nothing if it cannot be read.
fn said(octets: &[u8], effort: Effort) -> Option<String> {
    let settings = Settings {
        effort,
        notes: true,
        ..Settings::default()
    };
    let report = analyze_bytes("capture", octets, &settings).ok()?;
    let (captures, flows, findings) = (report.captures, report.flows, report.findings);
    Some(format!("{captures:#?}\n{flows:#?}\n{findings:#?}"))
}

fn assert_same(name: &str, octets: &[u8]) {
    let short = said(octets, Effort::LEAST);
    let thorough = Effort {
        thorough: true,
        ..Effort::LEAST
    };
    let whole = said(octets, thorough);
    if let Some((short, whole)) = short.zip(whole) {
        assert_same_lines(name, &short, &whole);
    }
    assert_any_threads(name, octets, Effort::LEAST);
    assert_counted(name, octets);
}

/// Two long texts, of which a failure shows the first lines that differ.
fn assert_same_lines(name: &str, short: &str, whole: &str) {
    let mut pairs = short.lines().zip(whole.lines());
    if let Some(at) = pairs.position(|(one, other)| one != other) {
        let part = |text: &str| -> Vec<String> {
            let lines = text.lines().skip(at.saturating_sub(40)).take(42);
            lines.map(str::to_owned).collect()
        };
        assert_eq!(part(short), part(whole), "{name}, line {at}");
    }
    assert_eq!(short.len(), whole.len(), "{name}");
}

fn assert_any_threads(name: &str, octets: &[u8], effort: Effort) {
    let one = said(octets, effort);
    for jobs in [2, 8] {
        assert_eq!(
            one,
            said(octets, Effort { jobs, ..effort }),
            "{name}: {jobs} threads"
        );
    }
}

/// Where connections without findings are only counted, all others are what they are in the full report.
fn assert_counted(name: &str, octets: &[u8]) {
    let counts_quiet = Effort {
        counts_quiet: true,
        ..Effort::LEAST
    };
    let Some((full, counted)) = report(octets, Effort::LEAST).zip(report(octets, counts_quiet))
    else {
        return;
    };
    assert_eq!(full.flows.len(), counted.connections(), "{name}");
    for flow in &counted.flows {
        let same = format!("{:?}", full.flows[flow.number - 1]);
        assert_eq!(format!("{flow:?}"), same, "{name}");
    }
    for (finding, counted_finding) in full.findings.iter().zip(&counted.findings) {
        let number = |report: &Report, flow: Option<usize>| flow.map(|at| report.flows[at].number);
        assert_eq!(finding.message, counted_finding.message, "{name}");
        assert_eq!(
            number(&full, finding.flow),
            number(&counted, counted_finding.flow),
            "{name}"
        );
    }
    let health = |report: &Report| {
        let mut record = report.captures[0].clone();
        record.quiet.clear();
        format!("{record:?}")
    };
    assert_eq!(health(&full), health(&counted), "{name}");
}

fn captures(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            captures(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn captures_of_testdata() {
    let mut found = Vec::new();
    captures(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"),
        &mut found,
    );
    assert!(found.len() > 50, "{} files", found.len());
    for path in found {
        assert_same(&path.display().to_string(), &fs::read(&path).unwrap());
    }
}

#[test]
fn traces_of_the_pages() {
    for page in page::all() {
        for kind in [Kind::Violates, Kind::Alike] {
            for trace in page.traces(kind) {
                assert_same(&trace.place, &trace.octets);
            }
        }
    }
}

/// A file in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn generated(seed: u64, short: bool) -> Vec<u8> {
    generated_from(0, seed, short)
}

fn generated_from(later: u64, seed: u64, short: bool) -> Vec<u8> {
    let shape = Shape {
        seed,
        later,
        records: 20_000,
        connections: u64::MAX,
        short,
    };
    let memory = Memory::default();
    let cut = if seed.is_multiple_of(2) { 96 } else { 65_535 };
    let mut writer = Writer::new(Box::new(memory.clone()), Container::Pcap, cut).unwrap();
    generate(shape, &mut writer).unwrap();
    std::mem::take(&mut memory.0.lock().unwrap())
}

#[test]
fn generated_traffic_is_honest_and_judged_the_same() {
    for seed in 0..6 {
        for short in [true, false] {
            let octets = generated(seed, short);
            assert_same(&format!("seed {seed}, short {short}"), &octets);
            let report = analyze_bytes("generated", &octets, &Settings::default()).unwrap();
            let blamed: Vec<_> = report
                .findings
                .iter()
                .filter(|finding| finding.blame == Blame::Endpoint)
                .collect();
            assert!(blamed.is_empty(), "seed {seed}: {blamed:#?}");
            assert!(report.flows.len() > 50, "{}", report.flows.len());
        }
    }
}

/// Far too little memory: most connections are judged before their end, which is said, and nobody is accused for it.
#[test]
fn little_memory_is_told_and_accuses_nobody() {
    let octets = generated(1, true);
    let little = Effort {
        memory: 1 << 18,
        ..Effort::LEAST
    };
    let report = report(&octets, little).unwrap();
    let (connections, accusations) = report.captures[0].given_up;
    assert!(connections > 500, "{connections} given up");
    assert_eq!(accusations, 0);
    let blamed = report
        .findings
        .iter()
        .filter(|finding| finding.blame == Blame::Endpoint);
    assert_eq!(blamed.count(), 0);
    assert_any_threads("little memory", &octets, little);
}

/// Long enough that connections which are only counted are struck off, and numbered all the same.
#[test]
fn a_long_stream_is_numbered_as_if_all_had_been_kept() {
    let header = generated(0, true)[..24].to_vec();
    let mut records: Vec<Vec<u8>> = Vec::new();
    // One after the other, with breaks in which what is over is forgotten.
    for part in 0..20 {
        let octets = generated_from(part * 300, part * 2, true);
        records.extend(common::records(&octets).1);
    }
    let at_fault: Vec<Vec<u8>> = [1_u32, 900_000_000]
        .map(|first| {
            let text = format!(
                "A > B  S   {first} <mss 1460>\nB > A  S.  5000 ack {} <mss 1460>\nA > B  .   {} ack 5001\n\
                 A > B  F.  {} ack 5001\nB > A  .   5001 ack {}\nA > B  P.  {} ack 5001 len 100\n",
                first + 1, first + 1, first + 1, first + 2, first + 2
            );
            common::trace::compile("fault", 1, &text).octets
        })
        .into();
    // Put between the others at their times, one after the other so that the places before stay what they are.
    for (file, place) in at_fault.iter().zip([380_000, 2_000]) {
        let time = records[place][..8].to_vec();
        let spliced = common::records(file).1.into_iter();
        let spliced: Vec<Vec<u8>> = spliced
            .map(|record| [&time[..], &record[8..]].concat())
            .collect();
        records.splice(place..place, spliced);
    }
    let octets = [header, records.concat()].concat();
    let told = |jobs, counts_quiet| {
        let effort = Effort {
            jobs,
            memory: 24 << 20,
            counts_quiet,
            ..Effort::LEAST
        };
        let report = report(&octets, effort).unwrap();
        let blamed = report
            .findings
            .iter()
            .filter(|it| it.blame == Blame::Endpoint);
        let flows = blamed.filter_map(|it| report.flows.get(it.flow?));
        let numbers: Vec<usize> = flows.map(|flow| flow.number).collect();
        (numbers, report.connections())
    };
    let all = told(1, false);
    let (Some(&first), Some(&last)) = (all.0.first(), all.0.last()) else {
        panic!("no findings");
    };
    assert!(0 < first && first < 1_000 && last > 30_000, "{all:?}");
    for jobs in [1, 2] {
        assert_eq!(told(jobs, true), all, "{jobs}");
    }
}

#[test]
fn enough_memory_changes_nothing() {
    let octets = generated(3, true);
    let much = Effort {
        memory: usize::MAX,
        ..Effort::LEAST
    };
    assert_eq!(said(&octets, much), said(&octets, Effort::LEAST));
}

/// A flood of SYNs on one port pair is judged in parts.
#[test]
fn a_flood_on_one_port_pair_is_bounded() {
    let syns = (0..600).map(|n| format!("A > B  S  {}\n", n * 100_000 + 1));
    let flood = common::trace::compile("flood", 1, &syns.collect::<String>());
    let report = report(&flood.octets, Effort::LEAST).unwrap();
    assert_eq!(report.captures[0].given_up, (2, 0));
    assert_eq!(report.flows.len(), 600);
    let last = report.flows.iter().map(|flow| flow.incarnation).max();
    assert_eq!(last, Some(600));
}
