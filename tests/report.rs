//! The reports, drawn from a report made by hand: tables at three widths, records, flows, and no trust in names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it did not expect"
)]

mod fixtures;

use fixtures::{CUT, EARLY, STALE, UNSENT, clean_report, hostile_report, report};
use std::io::Write;
use tcplint::finding::Report;
use tcplint::report::{FindingRecords, FindingTable, FlowRecords, FlowTable, Format};
use tcplint::report::{closest, docs, explain, rules_json, rules_table};
use tcplint::rules::Rule;

static RULES: &[&Rule] = &[&UNSENT, &EARLY, &STALE, &CUT];

fn styled(format: &dyn Format, report: &Report) -> String {
    let mut out = Vec::new();
    format.write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(format: &dyn Format, report: &Report) -> String {
    let mut out = anstream::StripStream::new(Vec::new());
    out.write_all(styled(format, report).as_bytes()).unwrap();
    String::from_utf8(out.into_inner()).unwrap()
}

fn table(width: u16) -> FindingTable {
    FindingTable {
        width,
        quiet: false,
        full: false,
    }
}

#[test]
fn table_at_80_columns() {
    insta::assert_snapshot!(plain(&table(80), &report()));
}

#[test]
fn table_at_120_columns() {
    insta::assert_snapshot!(plain(&table(120), &report()));
}

#[test]
fn table_at_200_columns() {
    insta::assert_snapshot!(plain(&table(200), &report()));
}

#[test]
fn quiet_table() {
    let quiet = FindingTable {
        width: 80,
        quiet: true,
        full: false,
    };
    insta::assert_snapshot!(plain(&quiet, &report()));
}

#[test]
fn flows_at_80_columns() {
    insta::assert_snapshot!(plain(&FlowTable { width: 80 }, &report()));
}

#[test]
fn flows_at_200_columns() {
    insta::assert_snapshot!(plain(&FlowTable { width: 200 }, &report()));
}

#[test]
fn clean_capture() {
    insta::assert_snapshot!(plain(&table(80), &clean_report()));
}

#[test]
fn finding_records() {
    insta::assert_snapshot!(plain(&FindingRecords, &report()));
}

#[test]
fn flow_records_are_the_finding_records_without_findings() {
    let all = plain(&FindingRecords, &report());
    let without: Vec<_> = all
        .lines()
        .filter(|line| {
            !line.starts_with(r#"{"type":"finding""#) && !line.starts_with(r#"{"type":"summary""#)
        })
        .collect();
    let flows = plain(&FlowRecords, &report());
    assert_eq!(flows.lines().collect::<Vec<_>>(), without);
}

#[test]
fn no_line_exceeds_the_width() {
    for width in (64..240).step_by(7) {
        for text in [
            plain(&table(width), &report()),
            plain(&FlowTable { width }, &report()),
        ] {
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(
                widest <= Some(usize::from(width)),
                "{width}: {widest:?}\n{text}"
            );
        }
    }
}

#[test]
fn every_severity_is_painted_once_per_finding() {
    for width in [80, 120, 200] {
        let text = styled(&table(width), &report());
        assert_eq!(
            text.matches("\u{1b}[1m\u{1b}[31merror").count(),
            1,
            "{width}"
        );
        assert_eq!(
            text.matches("\u{1b}[1m\u{1b}[33mwarning").count(),
            1,
            "{width}"
        );
        assert_eq!(text.matches("\u{1b}[36mnote").count(), 2, "{width}");
    }
}

#[test]
fn hostile_names_cannot_reach_the_terminal() {
    for format in [
        &table(80) as &dyn Format,
        &FlowTable { width: 80 },
        &FindingRecords,
    ] {
        let text = plain(format, &hostile_report());
        assert!(
            !text.chars().any(|c| c.is_control() && c != '\n'),
            "{text:?}"
        );
    }
}

#[test]
fn equal_findings_have_fingerprints_of_their_own() {
    let mut twice = report();
    let again = twice.findings.last().unwrap().clone();
    twice.findings.push(again);
    let records = plain(&FindingRecords, &twice);
    let mut prints: Vec<_> = records
        .lines()
        .filter_map(|line| line.split_once(r#""fingerprint":""#))
        .collect();
    let all = prints.len();
    prints.sort_by_key(|(_, print)| *print);
    prints.dedup_by_key(|(_, print)| *print);
    assert_eq!(prints.len(), all);
}

#[test]
fn appended_reports_keep_their_findings_with_their_connections() {
    let mut both = clean_report();
    let flows = both.flows.len();
    both.append(report());
    let finding = both
        .findings
        .iter()
        .find(|finding| finding.flow.is_some())
        .unwrap();
    let flow = &both.flows[finding.flow.unwrap()];
    assert_eq!(
        both.captures[finding.capture].name,
        "testdata/ack-of-unsent.pcap"
    );
    assert_eq!(flow.capture, finding.capture);
    assert!(flow.number > flows);
    let numbers: Vec<_> = both.flows.iter().map(|flow| flow.number).collect();
    assert_eq!(numbers, (1..=both.flows.len()).collect::<Vec<_>>());
}

#[test]
fn rule_explained() {
    let mut out = anstream::StripStream::new(Vec::new());
    out.write_all(explain(&EARLY, 80).as_bytes()).unwrap();
    insta::assert_snapshot!(String::from_utf8(out.into_inner()).unwrap());
}

#[test]
fn rules_listed() {
    insta::assert_snapshot!(rules_table(RULES, 80));
}

#[test]
fn rules_as_json() {
    insta::assert_snapshot!(rules_json(RULES).unwrap());
}

#[test]
fn rules_as_a_document() {
    insta::assert_snapshot!(docs::rules_document(RULES));
}

#[test]
fn a_slip_of_the_finger_finds_the_rule() {
    let code = |word: &str| closest(RULES, word).map(|rule| rule.code);
    assert_eq!(code("tcp2O1"), Some("TCP201"));
    assert_eq!(code("ack-of-unset"), Some("TCP201"));
    assert_eq!(code("Early-TimeWait-Exit"), Some("TCP401"));
    assert_eq!(code("tcp.analysis.something"), Some("TCP201"));
    assert_eq!(code("quic"), None);
    assert_eq!(code(""), None);
}
