//! `--filter` selects what tcpdump selects: for each capture and filter, the frames that tcpdump 4.99.3 chose are written down in
//! `tests/filter/expected.txt`, and `tests/filter/expected.py` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]

use std::path::Path;
use std::process::Command;
use tcplint::capture;
use tcplint::filter::Filter;
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
