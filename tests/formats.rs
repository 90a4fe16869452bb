//! The formats for machines against what others say about them: SARIF's and JUnit's schemas, a JUnit reader, GitHub's limits;
//! with reports made by hand, hostile ones among them, and with what the captures of `testdata/` give.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it did not expect"
)]

mod fixtures;
mod xsd;

use fixtures::{clean_report, hostile_report, report};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tcplint::analysis::{Settings, analyze_reader, look_closer};
use tcplint::capture;
use tcplint::finding::{Accepted, AcceptedBy, Failure, Report};
use tcplint::report::{Annotations, CodeQuality, FindingCsv, FindingDocument, FindingMarkdown};
use tcplint::report::{FindingRecords, FlowCsv, FlowDocument, FlowMarkdown, Format, Junit, Sarif};
use tcplint::rules::Severity;
use xsd::Schema;

const JUNIT: Junit = Junit {
    threshold: Some(Severity::Error),
};

fn written(format: &dyn Format, report: &Report) -> String {
    let mut out = Vec::new();
    format.write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}

fn captures() -> Vec<PathBuf> {
    let entries = fs::read_dir(testdata("")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|end| end == "pcap" || end == "pcapng")
    });
    paths.sort();
    assert!(paths.len() > 40);
    paths
}

fn examined(path: &Path) -> Report {
    let name = path.file_name().unwrap().to_str().unwrap();
    let settings = Settings::default();
    let mut report = analyze_reader(capture::open(path).unwrap(), name, &settings);
    look_closer(capture::open(path).unwrap(), &settings, &mut report);
    report
}

/// Reports with everything that a report can hold.
fn made() -> Vec<Report> {
    let mut failed = report();
    failed.failures.push(Failure {
        name: "gone\u{1b}.pcap".to_owned(),
        reason: "no such <file>\u{ffff} & \"more\"".to_owned(),
    });
    let finding = failed.findings.pop().unwrap();
    failed.accepted.push(Accepted {
        finding,
        by: AcceptedBy::Baseline,
        reason: "known ]]> since long".to_owned(),
    });
    vec![
        report(),
        clean_report(),
        hostile_report(),
        failed,
        Report::default(),
    ]
}

fn all_reports() -> impl Iterator<Item = Report> {
    made().into_iter().chain(
        captures()
            .iter()
            .map(|path| examined(path))
            .collect::<Vec<_>>(),
    )
}

#[test]
fn sarif_obeys_its_schema() {
    let schema = fs::read_to_string(testdata("schemas/sarif-2.1.0.json")).unwrap();
    // As published, one pattern has a bracket too many, which ECMAScript forgives and others do not.
    let published = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    assert!(schema.contains(published));
    let schema = schema.replace(published, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
    for report in all_reports() {
        let log: Value = serde_json::from_str(&written(&Sarif, &report)).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&log)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{log:#}");
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), report.findings.len() + report.accepted.len());
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(
                run["tool"]["driver"]["rules"][index]["id"],
                result["ruleId"]
            );
        }
    }
}

#[test]
fn sarif_shows_the_contradiction_where_it_lies_in_the_file() {
    let path = testdata("handshake-ack-wrong.pcapng");
    let octets = fs::read(&path).unwrap();
    let log: Value = serde_json::from_str(&written(&Sarif, &examined(&path))).unwrap();
    let result = &log["runs"][0]["results"][0];
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 3);
    let at = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
    // An enhanced packet block, as long as it says itself.
    let block = &octets[at("byteOffset")..at("byteOffset") + at("byteLength")];
    assert_eq!(block[..4], [6, 0, 0, 0]);
    let length = u32::try_from(block.len()).unwrap().to_le_bytes();
    assert_eq!(block[4..8], length);
    assert_eq!(block[block.len() - 4..], length);
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        .as_array()
        .unwrap();
    let said: Vec<_> = steps
        .iter()
        .map(|step| step["location"]["message"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "frame 2: 10.23.53.201:15628 sent [S.] 0 ack 1 win 65160",
            "frame 3: 10.23.53.18:38846 sent [.] 1 ack 70001 win 468"
        ]
    );
}

#[test]
fn junit_obeys_its_schema_and_a_reader_counts_the_same() {
    let schema = fs::read_to_string(testdata("schemas/junit-10.xsd")).unwrap();
    let schema = Schema::read(&schema);
    assert!(
        schema
            .check("<testsuites><testcase/></testsuites>")
            .is_err()
    );
    assert!(schema.check("<testsuite name='a'/>").is_err());
    for report in all_reports() {
        let text = written(&JUNIT, &report);
        schema
            .check(&text)
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
        let read = junit_parser::from_reader(text.as_bytes()).unwrap();
        let errors = |finding: &&tcplint::finding::Finding| finding.severity == Severity::Error;
        let mut failing: Vec<_> = report
            .findings
            .iter()
            .filter(errors)
            .map(|it| it.flow)
            .collect();
        failing.sort_unstable();
        failing.dedup();
        assert_eq!(
            read.failures,
            u64::try_from(failing.len()).unwrap(),
            "{text}"
        );
        assert_eq!(read.errors, u64::try_from(report.failures.len()).unwrap());
        let cases: usize = read.suites.iter().map(|suite| suite.cases.len()).sum();
        let whole = report.flows.len() + report.captures.len() + report.failures.len();
        assert_eq!(cases, whole);
    }
}

#[test]
fn a_connection_that_cannot_be_judged_is_skipped() {
    let text = written(&JUNIT, &examined(&testdata("midstream.pcap")));
    assert!(
        text.contains(r#"<skipped message="the capture begins in the middle of it"/>"#),
        "{text}"
    );
}

#[test]
fn documents_are_json_and_hold_what_the_lines_hold() {
    for report in all_reports() {
        let document: Value = serde_json::from_str(&written(&FindingDocument, &report)).unwrap();
        let lines = written(&FindingRecords, &report);
        let lines: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        for (list, kind) in [
            ("captures", "capture"),
            ("flows", "flow"),
            ("findings", "finding"),
            ("accepted", "accepted"),
            ("failures", "failure"),
        ] {
            let these: Vec<_> = lines.iter().filter(|line| line["type"] == kind).collect();
            let listed: Vec<_> = document[list].as_array().unwrap().iter().collect();
            assert_eq!(listed, these, "{list}");
        }
        assert_eq!(Some(&document["summary"]), lines.last());
        serde_json::from_str::<Value>(&written(&FlowDocument, &report)).unwrap();
    }
}

#[test]
fn gitlab_issues_have_fingerprints_of_their_own() {
    for mut report in all_reports() {
        let again = report.findings.last().cloned();
        report.findings.extend(again);
        let issues: Value = serde_json::from_str(&written(&CodeQuality, &report)).unwrap();
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.len(), report.findings.len());
        let prints: std::collections::BTreeSet<_> = issues
            .iter()
            .map(|issue| issue["fingerprint"].as_str().unwrap())
            .collect();
        assert_eq!(prints.len(), issues.len());
        for issue in issues {
            assert!(["major", "minor", "info"].contains(&issue["severity"].as_str().unwrap()));
            assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
            assert!(
                !issue["location"]["path"]
                    .as_str()
                    .unwrap()
                    .starts_with("./")
            );
        }
    }
}

#[test]
fn github_shows_ten_of_a_level_and_counts_the_rest() {
    let mut many = report();
    let error = many
        .findings
        .iter()
        .find(|it| it.severity == Severity::Error)
        .unwrap()
        .clone();
    many.findings.extend(std::iter::repeat_n(error, 12));
    let text = written(&Annotations, &many);
    let errors = text
        .lines()
        .filter(|line| line.starts_with("::error "))
        .count();
    assert_eq!(errors, 10);
    assert!(text.contains("tcplint: and 3 errors more"), "{text}");
    let levels: Vec<_> = text
        .lines()
        .filter_map(|line| line.split([' ', ':']).nth(2))
        .collect();
    assert!(levels.is_sorted_by_key(|level| {
        ["error", "and", "warning", "notice"]
            .iter()
            .position(|it| it == level)
            > Some(1)
    }));
}

#[test]
fn csv_has_one_row_per_finding_of_one_width() {
    for report in all_reports() {
        for (format, rows) in [
            (&FindingCsv as &dyn Format, report.findings.len()),
            (&FlowCsv, report.flows.len()),
        ] {
            let text = written(format, &report);
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let records: Vec<_> = reader.records().map(Result::unwrap).collect();
            assert_eq!(records.len(), rows);
            for cell in records.iter().flatten() {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
            }
        }
    }
}

#[test]
fn no_format_lets_a_control_character_through() {
    for report in made() {
        for format in [
            &Sarif as &dyn Format,
            &JUNIT,
            &FindingDocument,
            &FlowDocument,
            &Annotations,
            &CodeQuality,
            &FindingCsv,
            &FlowCsv,
            &FindingMarkdown,
            &FlowMarkdown,
        ] {
            let text = written(format, &report);
            let bad = text
                .chars()
                .find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
            assert_eq!(bad, None, "{text}");
        }
    }
}

#[test]
fn markdown_cells_stay_in_their_table() {
    let text = written(&FindingMarkdown, &hostile_report());
    for row in text.lines().filter(|line| line.starts_with('|')) {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 8, "{row}");
    }
    assert!(!text.contains("<img"));
}
