//! GitLab's code quality report: a subset of the Code Climate format, one object per finding.

use super::Format;
use super::fingerprint::{Fnv, Prints};
use super::ndjson::plain;
use super::text;
use crate::finding::{Finding, Report};
use crate::rules::Severity;
use std::io::{self, Write};

/// The report that GitLab reads as `artifacts:reports:codequality`.
#[derive(Clone, Copy, Debug)]
pub struct CodeQuality;

impl Format for CodeQuality {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let findings = report.findings.iter().zip(Prints::of(report));
        let issues: Vec<_> = findings
            .map(|(finding, prints)| Issue::new(report, finding, &prints))
            .collect();
        out.write_all(b"[")?;
        for (at, issue) in issues.iter().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            plain(issue, out)?;
        }
        out.write_all(if issues.is_empty() { b"]\n" } else { b"\n]\n" })
    }
}

#[derive(serde::Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(serde::Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(serde::Serialize)]
struct Lines {
    begin: u64,
}

impl<'a> Issue<'a> {
    fn new(report: &'a Report, finding: &'a Finding, prints: &Prints) -> Self {
        let path = text::file(report, finding.capture);
        // GitLab drops repeats over the whole report, and two captures may show the same thing.
        let mut fingerprint = Fnv::default();
        fingerprint.field(path);
        fingerprint.field(&prints.exact);
        let (code, name) = (finding.rule.code, finding.rule.name);
        let whom = text::endpoint(finding).map_or_else(String::new, |it| format!("{it}: "));
        Self {
            description: format!("{code} {name}: {whom}{}", text::whole(finding)),
            check_name: name,
            fingerprint: fingerprint.to_string(),
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Note => "info",
            },
            location: Location {
                path: path.strip_prefix("./").unwrap_or(path),
                lines: Lines {
                    begin: finding.frame.unwrap_or(1),
                },
            },
        }
    }
}
