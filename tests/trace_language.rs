//! The trace language says what it means: compiled traces, decoded again with a crate that had no part in writing them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, too"
)]

mod common;

use common::expect::complaints;
use common::trace::{Trace, compile};
use etherparse::{NetSlice, SlicedPacket, TcpOptionElement, TransportSlice};
use tcplint::finding::{CaptureRecord, Finding, Report};
use tcplint::rules::{Blame, Proof, RULES, Severity};

fn complaints_about(trace: &str, report: &Report) -> Vec<String> {
    let trace = compile("t", 1, trace);
    complaints(&trace.expectations, &trace.hosts, report)
}

/// A report with one strong error at frame 3 by B, as soon as there is a rule to report.
fn report_with_a_finding() -> Option<(&'static str, Report)> {
    let rule = RULES.first()?;
    let finding = Finding {
        capture: 0,
        flow: None,
        frame: Some(3),
        time: None,
        offset: None,
        endpoint: Some("10.0.0.2:80".parse().unwrap()),
        role: None,
        rule,
        severity: Severity::Error,
        blame: Blame::Endpoint,
        proof: Proof::Strong,
        message: String::new(),
        expected: None,
        seen: None,
        evidence: vec![3],
        alibi: None,
        alike: 0,
    };
    Some((
        rule.name,
        Report {
            findings: vec![finding],
            ..Report::default()
        },
    ))
}

#[test]
fn an_empty_report_is_silent_and_lacks_what_is_wanted() {
    let empty = Report::default();
    assert!(
        complaints_about("expect silent\nexpect no x\nexpect perhaps x weak", &empty).is_empty()
    );
    assert_eq!(
        complaints_about("expect x by B at 3 strong", &empty).len(),
        1
    );
    assert_eq!(complaints_about("expect tag keepalive", &empty).len(), 1);
    let capture = CaptureRecord {
        tags: ["keepalive"].into(),
        ..CaptureRecord::default()
    };
    let tagged = Report {
        captures: vec![capture],
        ..Report::default()
    };
    assert!(complaints_about("expect tag keepalive", &tagged).is_empty());
}

#[test]
fn a_finding_meets_the_lines_that_describe_it_and_no_others() {
    let Some((rule, report)) = report_with_a_finding() else {
        return;
    };
    for met in ["", "by B", "at 3", "strong", "by B at 3 strong"] {
        assert!(
            complaints_about(&format!("expect {rule} {met}"), &report).is_empty(),
            "{met}"
        );
    }
    for missed in ["by A", "at 4", "weak", "certain"] {
        assert!(
            !complaints_about(&format!("expect {rule} {missed}"), &report).is_empty(),
            "{missed}"
        );
    }
    assert!(complaints_about(&format!("expect perhaps {rule} certain"), &report).is_empty());
    for wrong in [
        "silent",
        &format!("note {rule}"),
        &format!("no {rule}"),
        &format!("perhaps {rule} weak"),
    ] {
        assert!(
            !complaints_about(&format!("expect {wrong}"), &report).is_empty(),
            "{wrong}"
        );
    }
    assert!(
        !complaints_about(&format!("expect {rule}\nexpect {rule}"), &report).is_empty(),
        "one finding, one line"
    );
}

/// Seconds, nanoseconds, original length, octets.
type Record = (u32, u32, usize, Vec<u8>);

fn records(trace: &Trace) -> Vec<Record> {
    let word = |octets: &[u8]| u32::from_le_bytes(octets.try_into().unwrap());
    assert_eq!(word(&trace.octets[..4]), 0xa1b2_3c4d);
    let mut rest = &trace.octets[24..];
    let mut out = Vec::new();
    while !rest.is_empty() {
        let [seconds, nanos, kept, whole] = [0, 4, 8, 12].map(|at| word(&rest[at..at + 4]));
        out.push((
            seconds,
            nanos,
            whole as usize,
            rest[16..16 + kept as usize].to_vec(),
        ));
        rest = &rest[16 + kept as usize..];
    }
    assert_eq!(out.len() as u64, trace.frames);
    out
}

fn tcp<T>(frame: &[u8], read: impl Fn(&etherparse::TcpSlice<'_>) -> T) -> T {
    let packet = SlicedPacket::from_ethernet(frame).unwrap();
    match packet.transport {
        Some(TransportSlice::Tcp(tcp)) => read(&tcp),
        other => panic!("no TCP: {other:?}"),
    }
}

/// Whether the checksum field holds what the other octets ask for.
fn checksum_holds(frame: &[u8]) -> bool {
    let packet = SlicedPacket::from_ethernet(frame).unwrap();
    let tcp = tcp(frame, |tcp| (tcp.to_header(), tcp.payload().to_vec()));
    let wanted = match packet.net {
        Some(NetSlice::Ipv4(ip)) => tcp.0.calc_checksum_ipv4(&ip.header().to_header(), &tcp.1),
        Some(NetSlice::Ipv6(ip)) => tcp.0.calc_checksum_ipv6(&ip.header().to_header(), &tcp.1),
        other => panic!("no IP: {other:?}"),
    };
    wanted.unwrap() == tcp.0.checksum
}

#[test]
fn a_segment_comes_back_as_written() {
    let trace = compile(
        "t",
        1,
        "A > B  S  1000 win 4096 <mss 1460,sackOK,TS val 7 ecr 0,nop,wscale 7> ttl 63 id 99\n\
         B > A  FP.UEW 4294967295 ack 1001 urg 5 len 3 # across the end of the numbers",
    );
    let records = records(&trace);
    let frame = &records[0].3;
    let header = tcp(frame, |tcp| tcp.to_header());
    assert_eq!((header.source_port, header.destination_port), (40000, 80));
    assert_eq!(
        (
            header.sequence_number,
            header.acknowledgment_number,
            header.window_size
        ),
        (1000, 0, 4096)
    );
    assert!(header.syn && !header.ack && !header.fin);
    let options: Vec<_> = header.options_iterator().map(Result::unwrap).collect();
    let wanted = [
        TcpOptionElement::MaximumSegmentSize(1460),
        TcpOptionElement::SelectiveAcknowledgementPermitted,
        TcpOptionElement::Timestamp(7, 0),
        TcpOptionElement::Noop,
        TcpOptionElement::WindowScale(7),
    ];
    assert_eq!(options, wanted);
    let packet = SlicedPacket::from_ethernet(frame).unwrap();
    let Some(NetSlice::Ipv4(ip)) = packet.net else {
        panic!("no IPv4")
    };
    let header = ip.header().to_header();
    assert_eq!((header.time_to_live, header.identification), (63, 99));
    assert_eq!(header.header_checksum, header.calc_header_checksum());

    let frame = &records[1].3;
    let header = tcp(frame, |tcp| tcp.to_header());
    assert!(
        header.fin
            && header.psh
            && header.ack
            && header.urg
            && header.ece
            && header.cwr
            && !header.syn
    );
    assert_eq!(
        (
            header.sequence_number,
            header.acknowledgment_number,
            header.urgent_pointer
        ),
        (u32::MAX, 1001, 5)
    );
    assert_eq!(tcp(frame, |tcp| tcp.payload().len()), 3);
    assert!(records.iter().all(|record| checksum_holds(&record.3)));
}

#[test]
fn text_depends_on_the_sequence_number_alone() {
    let trace = compile(
        "t",
        1,
        "A > B . 100 ack 1 len 10\nA > B . 104 ack 1 len 6\nA > B . 104 ack 1 payload \"x y#\"",
    );
    let text: Vec<_> = records(&trace)
        .iter()
        .map(|record| tcp(&record.3, |tcp| tcp.payload().to_vec()))
        .collect();
    assert_eq!(text[0][4..], text[1]);
    assert_eq!(text[2], b"x y#");
}

#[test]
fn the_syn_takes_the_first_number_and_the_text_the_next() {
    let trace = compile(
        "t",
        1,
        "A > B S 99 len 4 <tfo cookie 00112233>\nA > B . 100 ack 1 len 4",
    );
    let text: Vec<_> = records(&trace)
        .iter()
        .map(|record| tcp(&record.3, |tcp| tcp.payload().to_vec()))
        .collect();
    assert_eq!(text[0], text[1]);
}

#[test]
fn hosts_of_ip_version_6_have_checksums_too() {
    let trace = compile(
        "t",
        1,
        "hosts A=[fd00::1]:40000 B=[fd00::2]:80\nA > B . 1 ack 1 len 5",
    );
    assert!(checksum_holds(&records(&trace)[0].3));
}

#[test]
fn checksums_are_spoilt_on_demand() {
    let trace = compile(
        "t",
        1,
        "A > B . 1 ack 1 len 5 checksum bad\nA > B . 1 ack 1 len 5 checksum offloaded",
    );
    assert!(
        records(&trace)
            .iter()
            .all(|record| !checksum_holds(&record.3))
    );
}

#[test]
fn time_passes_by_ten_milliseconds_unless_the_line_says_more() {
    let trace = compile(
        "t",
        1,
        "A > B S 1\n+1s A > B S 1 not captured\nA > B S 1 twice\nwait 30s\nA > B S 1",
    );
    let times: Vec<_> = records(&trace)
        .iter()
        .map(|record| (record.0 - 1_700_000_000, record.1))
        .collect();
    assert_eq!(
        times,
        [(0, 0), (1, 10_000_000), (1, 10_001_000), (31, 10_000_000)]
    );
}

#[test]
fn what_the_tap_missed_is_not_in_the_file() {
    let trace = compile(
        "t",
        1,
        "A > B S 1 lost before tap\nA > B S 2 not captured\nA > B S 3 lost after tap\n# nothing",
    );
    assert_eq!(trace.frames, 1);
    assert_eq!(tcp(&records(&trace)[0].3, |tcp| tcp.sequence_number()), 3);
}

#[test]
fn records_can_be_short_and_the_file_cut() {
    let trace = compile("t", 1, "A > B . 1 ack 1 len 50 snap 60\nraw 00ff");
    let records = records(&trace);
    assert_eq!((records[0].2, records[0].3.len()), (104, 60));
    assert_eq!(records[1].3, [0x00, 0xff]);
    let whole = compile("t", 1, "A > B S 1\nA > B S 2").octets.len();
    assert_eq!(
        compile("t", 1, "A > B S 1\nA > B S 2\ncut 7").octets.len(),
        whole - 7
    );
}

#[test]
#[should_panic(expected = "page.md:12: `9x` is no number")]
fn a_line_that_cannot_be_read_names_page_and_line() {
    compile("page.md", 11, "A > B S 1\nA > B S 9x");
}

#[test]
fn every_slip_has_its_reason() {
    let cases = [
        ("A > C S 1", "no host is called `C`"),
        ("A < B S 1", "not closed"),
        ("A - B S 1", "a segment reads"),
        ("A > B X 1", "no flag"),
        ("A > B . 1", "no `ack`"),
        ("A > B S 1 ack 2", "no `.`"),
        ("A > B S 1 <mss>", "no option"),
        ("A > B S 1 lost", "the line ends"),
        ("A > B S 1 lost somewhere", "before tap"),
        ("A > B S 1 payload x", "quotation marks"),
        ("A > B S 1 payload \"x", "not closed"),
        ("A > B S 1 win 65536", "fits here"),
        ("+5 A > B S 1", "no unit"),
        ("A > B S 1 quickly", "no attribute"),
        ("raw 0", "hexadecimal"),
        ("expect", "expects nothing"),
        ("expect Big", "no name of a rule"),
        ("expect x at y", "no frame number"),
        ("expect x maybe", "no part"),
        ("hosts A", "a host reads"),
        ("cut 1\nA > B S 1", "after `cut`"),
    ];
    for (text, reason) in cases {
        let caught = std::panic::catch_unwind(|| compile("t", 1, text)).unwrap_err();
        let message = caught.downcast_ref::<String>().unwrap();
        assert!(message.contains(reason), "{text}: {message}");
    }
}
