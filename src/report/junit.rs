//! JUnit's XML, in the dialect that Jenkins' schema describes: a suite per capture, a case per connection. A case fails by a
//! finding at or above the threshold, and is skipped where the recording does not let anybody judge.

use super::Format;
use super::ladder::Ladders;
use super::text::{self, arrow, escape};
use crate::finding::{Failure, Finding, FlowRecord, Report};
use crate::rules::Severity;
use quick_xml::Writer;
use quick_xml::events::BytesText;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Test results, as CI servers read them.
#[derive(Clone, Copy, Debug)]
pub struct Junit {
    /// The least severity that fails a case; `None` fails none.
    pub threshold: Option<Severity>,
}

/// Columns of the ladders in it.
const WIDTH: u16 = 120;

impl Format for Junit {
    fn looks_closer(&self) -> bool {
        true
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let suites = self.suites(report);
        let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
        writer
            .get_mut()
            .write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        let total =
            |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>().to_string();
        let root = writer
            .create_element("testsuites")
            .with_attribute(("name", "tcplint"))
            .with_attribute(("tests", total(Suite::tests).as_str()))
            .with_attribute(("failures", total(Suite::failures).as_str()))
            .with_attribute(("errors", total(Suite::errors).as_str()));
        root.write_inner_content(|writer| suites.iter().try_for_each(|suite| suite.write(writer)))?;
        writeln!(out)
    }
}

impl Junit {
    fn suites(&self, report: &Report) -> Vec<Suite> {
        let mut findings: BTreeMap<(usize, Option<usize>), Vec<&Finding>> = BTreeMap::new();
        for finding in &report.findings {
            let key = (finding.capture, finding.flow);
            findings.entry(key).or_default().push(finding);
        }
        let ladders = Ladders::of(report);
        let of = |key| findings.get(&key).map(Vec::as_slice).unwrap_or_default();
        let mut suites: Vec<_> = report
            .captures
            .iter()
            .enumerate()
            .map(|(index, capture)| Suite {
                name: capture.name.clone(),
                cases: vec![self.recording(of((index, None)))],
            })
            .collect();
        for (at, flow) in report.flows.iter().enumerate() {
            let findings = of((flow.capture, Some(at)));
            let case = self.connection(flow, findings, &ladders);
            if let Some(suite) = suites.get_mut(flow.capture) {
                suite.cases.push(case);
            }
        }
        suites.extend(report.failures.iter().map(Suite::unread));
        suites
    }

    /// What is about the capture itself has a case of its own, so that no capture is without one.
    fn recording(&self, findings: &[&Finding]) -> Case {
        Case {
            name: "the recording".to_owned(),
            outcome: self.failure(findings).unwrap_or(Outcome::Passed),
            output: self.notes(findings),
        }
    }

    fn connection(&self, flow: &FlowRecord, findings: &[&Finding], ladders: &Ladders<'_>) -> Case {
        let undecided = UNDECIDED.iter().find(|(tag, _)| flow.tags.contains(tag));
        let skipped = undecided.map(|(_, why)| Outcome::Skipped(why));
        let failure = self.failure(findings);
        Case {
            name: format!("connection {}: {}", flow.number, arrow(flow)),
            outcome: failure.or(skipped).unwrap_or(Outcome::Passed),
            output: format!(
                "{}{}",
                self.notes(findings),
                ladders.around(findings, WIDTH)
            ),
        }
    }

    fn fails(&self, finding: &Finding) -> bool {
        self.threshold
            .is_some_and(|least| finding.severity >= least)
    }

    fn failure(&self, findings: &[&Finding]) -> Option<Outcome> {
        let mut failing: Vec<_> = findings
            .iter()
            .filter(|finding| self.fails(finding))
            .collect();
        failing.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let lines: Vec<_> = failing.iter().map(|finding| line(finding)).collect();
        let kind = failing.first()?.rule.code;
        let message = lines.first()?.clone();
        let text = lines.join("\n");
        Some(Outcome::Failed {
            kind,
            message,
            text,
        })
    }

    /// The findings below the threshold.
    fn notes(&self, findings: &[&Finding]) -> String {
        let below = findings.iter().filter(|finding| !self.fails(finding));
        below
            .map(|finding| format!("{}\n", line(finding)))
            .collect()
    }
}

/// Tags of connections that are not seen well enough to be judged.
const UNDECIDED: [(&str, &str); 2] = [
    ("midstream-start", "the capture begins in the middle of it"),
    ("one-direction", "only one direction was recorded"),
];

fn line(finding: &Finding) -> String {
    let frame = finding
        .frame
        .map_or(String::new(), |frame| format!("frame {frame}: "));
    let whom = text::endpoint(finding).map_or_else(String::new, |it| format!("{it}: "));
    let (code, name) = (finding.rule.code, finding.rule.name);
    let (severity, proof) = (text::severity(finding.severity), text::proof(finding.proof));
    let text = text::whole(finding);
    clean(&escape(&format!(
        "{severity} {code} {name}: {frame}{whom}{text} [{proof}]"
    )))
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    outcome: Outcome,
    output: String,
}

enum Outcome {
    Passed,
    Skipped(&'static str),
    Failed {
        kind: &'static str,
        message: String,
        text: String,
    },
    Error(String),
}

impl Suite {
    fn unread(failure: &Failure) -> Self {
        Self {
            name: failure.name.clone(),
            cases: vec![Case {
                name: "the recording".to_owned(),
                outcome: Outcome::Error(clean(&escape(&failure.reason))),
                output: String::new(),
            }],
        }
    }

    fn count(&self, of: fn(&Outcome) -> bool) -> usize {
        self.cases.iter().filter(|case| of(&case.outcome)).count()
    }

    fn tests(&self) -> usize {
        self.cases.len()
    }

    fn failures(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed { .. }))
    }

    fn errors(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Error(_)))
    }

    fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let name = clean(&escape(&self.name));
        writer
            .create_element("testsuite")
            .with_attribute(("name", name.as_str()))
            .with_attribute(("tests", self.tests().to_string().as_str()))
            .with_attribute(("failures", self.failures().to_string().as_str()))
            .with_attribute(("errors", self.errors().to_string().as_str()))
            .with_attribute(("skipped", skipped.to_string().as_str()))
            .write_inner_content(|writer| {
                self.cases
                    .iter()
                    .try_for_each(|case| case.write(&name, writer))
            })?;
        Ok(())
    }
}

impl Case {
    fn write<W: Write>(&self, suite: &str, writer: &mut Writer<W>) -> io::Result<()> {
        let element = writer
            .create_element("testcase")
            .with_attribute(("name", self.name.as_str()))
            .with_attribute(("classname", suite));
        if matches!(self.outcome, Outcome::Passed) && self.output.is_empty() {
            element.write_empty()?;
            return Ok(());
        }
        element.write_inner_content(|writer| {
            match &self.outcome {
                Outcome::Passed => {}
                Outcome::Skipped(why) => {
                    let skipped = writer.create_element("skipped");
                    skipped.with_attribute(("message", *why)).write_empty()?;
                }
                Outcome::Failed {
                    kind,
                    message,
                    text,
                } => {
                    let failure = writer
                        .create_element("failure")
                        .with_attribute(("type", *kind))
                        .with_attribute(("message", message.as_str()));
                    failure.write_text_content(BytesText::new(text))?;
                }
                Outcome::Error(reason) => {
                    let error = writer.create_element("error");
                    error
                        .with_attribute(("message", reason.as_str()))
                        .write_empty()?;
                }
            }
            if !self.output.is_empty() {
                let output = writer.create_element("system-out");
                output.write_text_content(BytesText::new(&self.output))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Without the two characters that XML 1.0 has no way to write and `escape` lets pass.
fn clean(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
