//! SARIF 2.1.0 (OASIS): rules with their pages, results with the record's place in the file, the contradiction step by step.
//! Serialisation of what others decided; the objects are the few of the standard's that this needs.

use super::Format;
use super::fingerprint::{Prints, shape};
use super::ladder::Ladders;
use super::ndjson::plain;
use super::rules::cites;
use super::text;
use crate::finding::{Accepted, AcceptedBy, Finding, Report, Step};
use crate::rules::{Rule, Severity};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// A log that code hosts and editors read.
#[derive(Clone, Copy, Debug)]
pub struct Sarif;

impl Format for Sarif {
    fn looks_closer(&self) -> bool {
        true
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        plain(&Log::of(report).value(), out)?;
        out.write_all(b"\n")
    }
}

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

struct Log<'a> {
    report: &'a Report,
    ladders: Ladders<'a>,
    /// The rules that this log names, by code.
    rules: Vec<&'static Rule>,
}

impl<'a> Log<'a> {
    fn of(report: &'a Report) -> Self {
        let accepted = report.accepted.iter().map(|accepted| &accepted.finding);
        let mut rules: Vec<_> = report
            .findings
            .iter()
            .chain(accepted)
            .map(|finding| finding.rule)
            .collect();
        rules.sort_by_key(|rule| rule.code);
        rules.dedup();
        Self {
            report,
            ladders: Ladders::of(report),
            rules,
        }
    }

    fn value(&self) -> Value {
        let prints = Prints::of(self.report);
        let findings = self.report.findings.iter().zip(prints);
        let mut results: Vec<_> = findings
            .map(|(finding, prints)| self.result(finding, Some(prints.exact)))
            .collect();
        let accepted = self.report.accepted.iter();
        results.extend(accepted.map(|accepted| self.accepted(accepted)));
        let rules: Vec<_> = self.rules.iter().map(|rule| descriptor(rule)).collect();
        let files = self.report.captures.iter();
        let artifacts: Vec<_> = files
            .map(|capture| json!({"location": {"uri": uri(&capture.name)}}))
            .collect();
        json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "tcplint",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "shortDescription": {"text": env!("CARGO_PKG_DESCRIPTION")},
                    "rules": rules,
                }},
                "invocations": [{
                    "executionSuccessful": self.report.failures.is_empty(),
                    "toolExecutionNotifications": self.notifications(),
                }],
                "artifacts": artifacts,
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        })
    }

    /// Inputs that were not read, or not to their end.
    fn notifications(&self) -> Vec<Value> {
        let failures = self.report.failures.iter().map(|failure| {
            json!({
                "level": "error",
                "message": {"text": format!("{}: {}", failure.name, failure.reason)},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&failure.name)}}}],
            })
        });
        let captures = self.report.captures.iter().enumerate();
        let cut = captures.filter(|(_, capture)| capture.tags.contains("truncated-file"));
        let cut = cut.map(|(index, capture)| {
            json!({
                "level": "warning",
                "message": {"text": format!("{}: cut short or damaged; what comes before is judged", capture.name)},
                "locations": [{"physicalLocation": {"artifactLocation": self.artifact(index)}}],
            })
        });
        failures.chain(cut).collect()
    }

    fn accepted(&self, accepted: &Accepted) -> Value {
        let mut result = self.result(&accepted.finding, None);
        let by = match accepted.by {
            AcceptedBy::Baseline => "baseline",
            AcceptedBy::Suppression => "tcplint.toml",
        };
        if let Some(result) = result.as_object_mut() {
            let justification = format!("{by}: {}", accepted.reason);
            let suppression =
                json!([{"kind": "external", "status": "accepted", "justification": justification}]);
            result.insert("suppressions".to_owned(), suppression);
        }
        result
    }

    fn result(&self, finding: &Finding, exact: Option<String>) -> Value {
        let index = self.rules.iter().position(|rule| *rule == finding.rule);
        let whom = text::endpoint(finding).map_or_else(String::new, |it| format!("{it}: "));
        let mut prints = Map::new();
        prints.insert(
            "tcplintShape/v1".to_owned(),
            shape(self.report, finding).into(),
        );
        if let Some(exact) = exact {
            prints.insert("tcplintExact/v1".to_owned(), exact.into());
        }
        let mut result = json!({
            "ruleId": finding.rule.code,
            "ruleIndex": index,
            "level": level(finding.severity),
            "message": {"text": format!("{whom}{}", text::whole(finding))},
            "locations": [self.location(finding, finding.frame, None)],
            "partialFingerprints": prints,
            // Not `blame`: readers take that for what git says about a line.
            "properties": {
                "blames": text::blame(finding.blame),
                "proof": text::proof(finding.proof),
                "role": finding.role.map(text::role),
                "alike": finding.alike,
            },
        });
        let Some(result) = result.as_object_mut() else {
            return Value::Null;
        };
        let others = finding
            .evidence
            .iter()
            .filter(|frame| finding.frame != Some(**frame));
        let related: Vec<_> = others
            .map(|frame| self.location(finding, Some(*frame), Some(self.said(finding, *frame))))
            .collect();
        if !related.is_empty() {
            result.insert("relatedLocations".to_owned(), related.into());
        }
        if finding.evidence.len() > 1 {
            result.insert("codeFlows".to_owned(), self.contradiction(finding));
        }
        std::mem::take(result).into()
    }

    /// The frames that prove it, in their order.
    fn contradiction(&self, finding: &Finding) -> Value {
        let locations: Vec<_> = finding
            .evidence
            .iter()
            .map(|frame| {
                let own = finding.frame == Some(*frame);
                json!({
                    "location": self.location(finding, Some(*frame), Some(self.said(finding, *frame))),
                    "importance": if own { "essential" } else { "important" },
                })
            })
            .collect();
        json!([{"threadFlows": [{"locations": locations}]}])
    }

    /// What a frame says, if the timeline has it.
    fn said(&self, finding: &Finding, frame: u64) -> String {
        let flow = finding.flow.and_then(|flow| self.report.flows.get(flow));
        match (self.ladders.step(finding, frame), flow) {
            (Some(step), Some(flow)) => {
                let Step {
                    segment,
                    from_first,
                    ..
                } = step;
                let from = if *from_first { flow.first } else { flow.second };
                format!("frame {frame}: {from} sent {segment}")
            }
            _ => format!("frame {frame}"),
        }
    }

    fn location(&self, finding: &Finding, frame: Option<u64>, message: Option<String>) -> Value {
        let place = frame.and_then(|frame| self.report.places.get(&(finding.capture, frame)));
        let mut region = Map::new();
        region.insert("startLine".to_owned(), frame.unwrap_or(1).into());
        if let Some(offset) = place.map(|place| place.offset).or(finding.offset) {
            region.insert("byteOffset".to_owned(), offset.into());
        }
        if let Some(place) = place {
            region.insert("byteLength".to_owned(), place.length.into());
        }
        let mut location = json!({"physicalLocation": {
            "artifactLocation": self.artifact(finding.capture),
            "region": region,
        }});
        let flow = finding.flow.and_then(|flow| self.report.flows.get(flow));
        if let Some(location) = location.as_object_mut() {
            if let Some(flow) = flow {
                let name = text::arrow(flow);
                let logical = json!([{"fullyQualifiedName": name, "kind": "connection"}]);
                location.insert("logicalLocations".to_owned(), logical);
            }
            if let Some(message) = message {
                location.insert("message".to_owned(), json!({"text": message}));
            }
        }
        location
    }

    fn artifact(&self, capture: usize) -> Value {
        json!({"uri": uri(text::file(self.report, capture)), "index": capture})
    }
}

fn descriptor(rule: &Rule) -> Value {
    let cites = cites(rule).join(", ");
    let mut descriptor = json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": format!("{} ({cites})", rule.summary)},
        "help": {
            "text": format!("tcplint explain {} has the page of this rule.", rule.code),
            "markdown": rule.page.trim(),
        },
        "properties": {
            "tags": [rule.family()],
            "level": text::level(rule.level),
            "blames": text::blame(rule.blame),
            "requirements": rule.requirements,
        },
    });
    if let (Some(descriptor), Some(cite)) = (descriptor.as_object_mut(), rule.cites.first()) {
        let section = cite.section.split_whitespace().next().unwrap_or_default();
        let uri = format!(
            "https://www.rfc-editor.org/rfc/rfc{}#section-{section}",
            cite.rfc
        );
        descriptor.insert("helpUri".to_owned(), uri.into());
    }
    descriptor
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A file name as a URI reference: relative stays relative, every octet that could mean something is encoded.
fn uri(name: &str) -> String {
    let name = name.replace('\\', "/");
    let mut uri = String::from(if name.starts_with('/') { "file://" } else { "" });
    for octet in name.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~/".contains(&octet) {
            uri.push(char::from(octet));
        } else {
            uri.push_str(&format!("%{octet:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_references() {
        assert_eq!(uri("a dir/ü:%.pcap"), "a%20dir/%C3%BC%3A%25.pcap");
        assert_eq!(uri("/tmp/a.pcap"), "file:///tmp/a.pcap");
        assert_eq!(uri("d\\a.pcap"), "d/a.pcap");
    }
}
