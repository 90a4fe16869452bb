//! One real connection in every form that a capture can have it in (`testdata/forms`, written by `make.py` there): each
//! link layer, tunnel and file format must give what the original gives.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test stops where its material is not what it has to be"
)]

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use tcplint::analysis::{Settings, analyze_bytes, analyze_files};
use tcplint::finding::{FlowRecord, Report};
use tcplint::rules::{Blame, Proof};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn forms() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(testdata().join("forms"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "py"))
        .collect();
    files.sort();
    files
}

fn analyze(path: &Path) -> Report {
    analyze_files(&[path.to_owned()], &Settings::default()).unwrap()
}

/// The four octets that an address has, or that stand for it in the IPv6 forms.
fn host(address: SocketAddr) -> ([u8; 4], u16) {
    let octets = match address.ip() {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(address) => address.octets()[12..].try_into().unwrap(),
    };
    (octets, address.port())
}

/// What of a connection is the same in all forms: all but times and addresses.
fn said(flow: &FlowRecord) -> impl PartialEq + std::fmt::Debug {
    (
        [host(flow.first), host(flow.second)],
        (flow.roles_known, flow.states, flow.handshake, flow.release),
        (flow.segments, flow.octets, flow.acknowledged, flow.missed),
        flow.retransmissions,
        flow.tags.clone(),
    )
}

#[test]
fn every_form_gives_what_the_original_gives() {
    let original = analyze(&testdata().join("honest-simultaneous-open.pcap"));
    let [expected] = &original.flows[..] else {
        panic!("one connection")
    };
    let forms = forms();
    assert!(forms.len() > 90, "{} forms", forms.len());
    for path in forms {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let report = analyze(&path);
        let capture = &report.captures[0];
        assert_eq!(capture.segments, 13, "{name}: {:?}", capture.skipped);
        assert_eq!(report.flows.len(), 1, "{name}");
        assert_eq!(
            format!("{:?}", said(&report.flows[0])),
            format!("{:?}", said(expected)),
            "{name}"
        );
        let findings: Vec<_> = report.findings.iter().map(|f| &f.message).collect();
        assert!(findings.is_empty(), "{name}: {findings:?}");
        assert_eq!(capture.dropped.unwrap_or(0), 0, "{name}");
        if name != "file-simple-blocks.pcapng" {
            let micros = |report: &Report| report.flows[0].times.unwrap().1.nanos() / 1_000;
            let apart = micros(&report).abs_diff(micros(&original));
            assert!(apart <= 1, "{name}: {apart} µs");
        }
    }
}

/// The records of a little-endian pcap file: each with its header.
fn records(file: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut at = 24;
    while at < file.len() {
        let length = u32::from_le_bytes(file[at + 8..at + 12].try_into().unwrap());
        let end = at + 16 + length as usize;
        out.push(file[at..end].to_vec());
        at = end;
    }
    out
}

/// A record of `link-vlan.pcap` in another VLAN, every number of its segment further by a fourth of the number space: all that
/// tells two connections with the same addresses apart.
fn in_another_vlan(record: &[u8]) -> Vec<u8> {
    const FURTHER: u32 = 0x4000_0000;
    let mut out = record.to_vec();
    let (tag, ip) = (16 + 14, 16 + 18);
    out[tag + 1] += 1;
    let tcp = ip + usize::from(out[ip] & 15) * 4;
    let has_ack = out[tcp + 13] & 0x10 != 0;
    let sum = u16::from_be_bytes(out[tcp + 16..tcp + 18].try_into().unwrap());
    let mut sum = u32::from(!sum);
    for at in [tcp + 4].into_iter().chain(has_ack.then_some(tcp + 8)) {
        let number = u32::from_be_bytes(out[at..at + 4].try_into().unwrap());
        let moved = number.wrapping_add(FURTHER);
        out[at..at + 4].copy_from_slice(&moved.to_be_bytes());
        // RFC 1624: of the complement of the sum, the old word goes out and the new one comes in.
        sum += (!number >> 16) + (moved >> 16);
    }
    let sum = (sum & 0xffff) + (sum >> 16);
    let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
    out[tcp + 16..tcp + 18].copy_from_slice(&sum.to_be_bytes());
    out
}

/// A trunk that carries two networks with the same addresses, at the same time and one after the other.
#[test]
fn the_same_addresses_in_two_vlans_are_two_connections() {
    let file = fs::read(testdata().join("forms/link-vlan.pcap")).unwrap();
    let one = records(&file);
    let other: Vec<Vec<u8>> = one.iter().map(|record| in_another_vlan(record)).collect();
    let interleaved = one.iter().zip(&other).flat_map(|(one, other)| [one, other]);
    let swapped = one.iter().zip(&other).flat_map(|(one, other)| [other, one]);
    let orders: [Vec<&Vec<u8>>; 3] = [
        interleaved.collect(),
        swapped.collect(),
        one.iter().chain(&other).collect(),
    ];
    for order in orders {
        let octets = [
            file[..24].to_vec(),
            order.into_iter().flatten().copied().collect(),
        ]
        .concat();
        let report = analyze_bytes("trunk", &octets, &Settings::default()).unwrap();
        let findings: Vec<_> = report.findings.iter().map(|f| &f.message).collect();
        assert!(findings.is_empty(), "{findings:?}");
        let segments: Vec<_> = report.flows.iter().map(|flow| flow.segments).collect();
        assert_eq!(segments.len(), 2, "{segments:?}");
        assert_eq!(segments[0], segments[1]);
    }
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len().next_multiple_of(4) + 12).unwrap();
    let mut out = [kind.to_le_bytes(), length.to_le_bytes()].concat();
    out.extend(body);
    out.resize(out.len().next_multiple_of(4), 0);
    out.extend(length.to_le_bytes());
    out
}

fn option(code: u16, value: u64) -> Vec<u8> {
    [
        &code.to_le_bytes()[..],
        &8u16.to_le_bytes(),
        &value.to_le_bytes(),
        &[0; 4],
    ]
    .concat()
}

/// A capture of `testdata` (little-endian pcap, nanoseconds) as pcapng; with options on its third packet, and with
/// counters at its end.
fn with_counters(name: &str, on_packet: &[u8], at_end: &[u8]) -> Vec<u8> {
    let file = fs::read(testdata().join(name)).unwrap();
    let word = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let magic = 0x1a2b_3c4du32.to_le_bytes();
    let mut out = block(
        0x0a0d_0d0a,
        &[&magic[..], &[1, 0, 0, 0], &[0xff; 8]].concat(),
    );
    out.extend(block(1, &[&word(20).to_le_bytes()[..], &[0; 4]].concat()));
    let (mut at, mut number) = (24, 0);
    while at < file.len() {
        let octets = &file[at + 16..][..usize::try_from(word(at + 8)).unwrap()];
        let ticks = u64::from(word(at)) * 1_000_000 + u64::from(word(at + 4)) / 1_000;
        let (high, low) = ((ticks >> 32) as u32, ticks as u32);
        let mut body: Vec<u8> = [0, high, low, word(at + 8), word(at + 12)]
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .collect();
        body.extend(octets);
        body.resize(body.len().next_multiple_of(4), 0);
        number += 1;
        if number == 3 {
            body.extend(on_packet);
        }
        out.extend(block(6, &body));
        at += 16 + octets.len();
    }
    out.extend(block(5, &[&[0; 12], at_end].concat()));
    out
}

/// What the capturing machine lost may be what would acquit, wherever it says so.
#[test]
fn drop_counters_weaken_what_rests_on_absence() {
    let proof = |on_packet: &[u8], at_end: &[u8]| {
        let octets = with_counters("data-before-handshake.pcap", on_packet, at_end);
        let report = analyze_bytes("drops", &octets, &Settings::default()).unwrap();
        let proofs: Vec<_> = report
            .findings
            .iter()
            .filter(|f| f.blame == Blame::Endpoint)
            .map(|f| f.proof)
            .collect();
        (report.captures[0].dropped, proofs)
    };
    assert_eq!(proof(&[], &[]), (None, vec![Proof::Strong]));
    assert_eq!(proof(&[], &option(5, 0)), (Some(0), vec![Proof::Strong]));
    assert_eq!(proof(&[], &option(5, 4)), (Some(4), vec![Proof::Weak]));
    assert_eq!(proof(&[], &option(7, 4)), (Some(4), vec![Proof::Weak]));
    assert_eq!(proof(&option(4, 2), &[]), (Some(2), vec![Proof::Weak]));
    // The counters at the end tell of the same losses.
    assert_eq!(
        proof(&option(4, 2), &option(5, 3)),
        (Some(3), vec![Proof::Weak])
    );
}
