//! One real connection in every form that a capture can have it in (`testdata/forms`, written by `make.py` there): each
//! link layer, tunnel and file format must give what the original gives.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where its material is not what it has to be"
)]

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use tcplint::analysis::{Settings, analyze_files};
use tcplint::finding::{FlowRecord, Report};

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
