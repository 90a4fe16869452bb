//! `--filter` selects what tcpdump selects: for each capture and filter, the frames that tcpdump 4.99.3 chose are written down in
//! `tests/filter/expected.txt`, and `tests/filter/expected.py` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it did not expect"
)]

use std::path::Path;
use std::process::Command;
use tcplint::analysis::{Settings, analyze_bytes};
use tcplint::capture;
use tcplint::filter::Filter;
use tcplint::rules::Severity;
use tcplint::wire::{Decoder, Tags};

const EXPECTED: &str = include_str!("filter/expected.txt");

fn selected(name: &str, filter: &Filter) -> Vec<u64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name);
    let mut reader = capture::open(&path).unwrap();
    let mut decoder = Decoder::default();
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let tags = Tags::of(&frame);
        if decoder
            .decode(&frame)
            .is_ok_and(|segment| filter.selects(&segment, &tags))
        {
            frames.push(frame.number);
        }
    }
    frames
}

fn frames(ranges: &str) -> Vec<u64> {
    let parts = ranges.split(',').filter(|part| *part != "none");
    parts
        .flat_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            first.parse().unwrap()..=last.parse::<u64>().unwrap()
        })
        .collect()
}

#[test]
fn filters_select_what_tcpdump_selects() {
    let mut differ = Vec::new();
    let mut some = 0;
    for line in EXPECTED.lines() {
        let [capture, text, ranges] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        if ranges == "refused" {
            // What no link type permits is refused here as well.
            let always = EXPECTED
                .lines()
                .filter(|line| line.split('\t').nth(1) == Some(text));
            if always.clone().all(|line| line.ends_with("\trefused")) {
                assert!(text.parse::<Filter>().is_err(), "{text}");
            }
            continue;
        }
        let filter: Filter = text.parse().unwrap_or_else(|error| panic!("{error}"));
        let (ours, theirs) = (selected(capture, &filter), frames(ranges));
        some += usize::from(!theirs.is_empty());
        if ours != theirs {
            differ.push(format!(
                "{capture}: {text}\n  tcpdump {theirs:?}\n  tcplint {ours:?}"
            ));
        }
    }
    assert!(some > 150, "{some}");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// A pcap file in which every so manyth frame carries a VLAN tag.
fn tagged(octets: &[u8], every: usize) -> Vec<u8> {
    let mut file = octets[..24].to_vec();
    let (mut at, mut number) = (24, 0);
    while at < octets.len() {
        let length = u32::from_le_bytes(octets[at + 8..at + 12].try_into().unwrap());
        let end = at + 16 + usize::try_from(length).unwrap();
        let (header, packet) = octets[at..end].split_at(16);
        number += 1;
        if number % every == 0 {
            let length = (length + 4).to_le_bytes();
            file.extend([&header[..8], &length, &length, &packet[..12]].concat());
            file.extend([0x81, 0, 0, 7]);
            file.extend(&packet[12..]);
        } else {
            file.extend([header, packet].concat());
        }
        at = end;
    }
    file
}

/// Where tags differ within a direction, a filter tears holes into it: nobody is accused because of them.
#[test]
fn what_a_filter_tears_out_of_a_connection_accuses_nobody() {
    let settings = Settings {
        filter: Some("not vlan".parse().unwrap()),
        ..Settings::default()
    };
    for name in [
        "honest.pcap",
        "honest-seq-wrap.pcap",
        "honest-offload.pcap",
        "honest-ecn.pcap",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testdata")
            .join(name);
        let octets = std::fs::read(path).unwrap();
        for every in 2..8 {
            let report = analyze_bytes(name, &tagged(&octets, every), &settings).unwrap();
            let errors = report
                .findings
                .iter()
                .filter(|it| it.severity == Severity::Error);
            assert_eq!(errors.count(), 0, "{name} {every}: {:?}", report.findings);
        }
    }
}

/// A finding that something left out could acquit is not an error any more.
#[test]
fn what_a_filter_leaves_out_of_a_direction_counts_as_missing() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/data-before-handshake.pcap");
    let octets = std::fs::read(path).unwrap();
    let errors = |filter: &str| {
        let settings = Settings {
            filter: Some(filter.parse().unwrap()),
            ..Settings::default()
        };
        // Only frame 11 of 21 or fewer has a tag.
        let report = analyze_bytes("torn", &tagged(&octets, 11), &settings).unwrap();
        let errors = report
            .findings
            .iter()
            .filter(|it| it.severity == Severity::Error);
        errors.count()
    };
    assert_eq!(errors("tcp or (vlan and tcp)"), 1);
    assert_eq!(errors("tcp"), 0);
}

#[test]
#[ignore = "asks the tcpdump that is installed"]
fn expected_frames_are_those_of_the_installed_tcpdump() {
    let done = Command::new("python3")
        .arg("tests/filter/expected.py")
        .output()
        .unwrap();
    assert!(done.status.success());
    assert_eq!(String::from_utf8(done.stdout).unwrap(), EXPECTED);
}
