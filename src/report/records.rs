//! The records that machines read: field names and their order are a documented, versioned interface. Serialisation only.

use super::fingerprint::{Prints, shape};
use super::record_flow::{Flow, StepRecord};
use super::summary::{Counts, Summary};
use super::text::{endpoint, file, flow_name, rfc3339};
use crate::finding::{Accepted, AcceptedBy, CaptureRecord, Failure, Finding, Report, Role};
use crate::rules::{Blame, Proof, Severity};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The version of the records. Fields may be added within a version; none is renamed or dropped.
pub const SCHEMA: u32 = 1;

#[derive(serde::Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Record<'a> {
    Capture(Capture<'a>),
    Flow(Box<Flow<'a>>),
    Finding(Box<Statement<'a>>),
    Accepted(Box<Acceptance<'a>>),
    Failure(Refusal<'a>),
    Step(StepRecord),
    Summary(Totals),
}

pub(super) fn captures(report: &Report) -> Vec<Record<'_>> {
    let record = |capture| Record::Capture(Capture::from(capture));
    report.captures.iter().map(record).collect()
}

pub(super) fn flows(report: &Report) -> Vec<Record<'_>> {
    let counts = Summary::of(report).by_flow;
    let flows = report.flows.iter().zip(counts);
    flows
        .map(|(flow, counts)| Record::Flow(Box::new(Flow::new(report, flow, counts))))
        .collect()
}

pub(super) fn findings<'a>(report: &'a Report, prints: &[Prints]) -> Vec<Record<'a>> {
    let findings = report.findings.iter().zip(prints);
    findings
        .map(|(finding, prints)| {
            let exact = Some(prints.exact.clone());
            let statement = Statement::new(report, finding, exact, prints.shape.clone());
            Record::Finding(Box::new(statement))
        })
        .collect()
}

pub(super) fn accepted(report: &Report) -> Vec<Record<'_>> {
    let record = |accepted| Record::Accepted(Box::new(Acceptance::new(report, accepted)));
    report.accepted.iter().map(record).collect()
}

pub(super) fn failures(report: &Report) -> Vec<Record<'_>> {
    let record = |failure| Record::Failure(Refusal::from(failure));
    report.failures.iter().map(record).collect()
}

pub(super) fn steps(report: &Report) -> Vec<Record<'_>> {
    let steps = report.steps.iter();
    steps
        .filter_map(|step| StepRecord::new(report, step))
        .map(Record::Step)
        .collect()
}

pub(super) fn totals(report: &Report) -> Record<'static> {
    Record::Summary(Totals::new(report, &Summary::of(report)))
}

#[derive(serde::Serialize)]
pub(super) struct Capture<'a> {
    schema: u32,
    file: &'a str,
    format: &'a str,
    link_types: &'a [String],
    frames: u64,
    segments: u64,
    snaplen: Option<u32>,
    begin: Option<String>,
    end: Option<String>,
    dropped: Option<u64>,
    skipped: Vec<Skipped<'a>>,
    acknowledged: u64,
    acknowledged_seen: u64,
    sequence_bearing: u64,
    loss_evidence: u64,
    epsilon_ns: i64,
    tap: &'a str,
    tap_basis: &'a str,
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    names: BTreeMap<IpAddr, &'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<Comment<'a>>,
}

/// A file of a joined capture.
#[derive(serde::Serialize)]
struct Part<'a> {
    file: &'a str,
    first_frame: u64,
}

#[derive(serde::Serialize)]
struct Comment<'a> {
    frame: Option<u64>,
    text: &'a str,
}

#[derive(serde::Serialize)]
struct Skipped<'a> {
    reason: &'a str,
    frames: u64,
    lossy: bool,
}

impl<'a> From<&'a CaptureRecord> for Capture<'a> {
    fn from(capture: &'a CaptureRecord) -> Self {
        let said = &capture.said;
        let skipped = capture.skipped.iter().map(|skipped| Skipped {
            reason: &skipped.reason,
            frames: skipped.frames,
            lossy: skipped.lossy,
        });
        Self {
            schema: SCHEMA,
            file: &capture.name,
            format: &capture.format,
            link_types: &capture.link_types,
            frames: capture.frames,
            segments: capture.segments,
            snaplen: capture.snaplen,
            begin: capture.times.map(|(first, _)| rfc3339(first)),
            end: capture.times.map(|(_, last)| rfc3339(last)),
            dropped: capture.dropped,
            skipped: skipped.collect(),
            acknowledged: capture.acknowledged,
            acknowledged_seen: capture.acknowledged_seen,
            sequence_bearing: capture.sequence_bearing,
            loss_evidence: capture.loss_evidence,
            epsilon_ns: capture.epsilon.nanos(),
            tap: capture.tap,
            tap_basis: capture.tap_basis,
            tags: capture.tags.iter().copied().collect(),
            parts: (said.parts.iter())
                .map(|(file, first_frame)| Part {
                    file,
                    first_frame: *first_frame,
                })
                .collect(),
            names: (said.names.iter())
                .map(|(address, name)| (*address, name.as_str()))
                .collect(),
            comments: (said.comments.iter())
                .map(|(frame, text)| Comment {
                    frame: *frame,
                    text,
                })
                .collect(),
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct Statement<'a> {
    schema: u32,
    file: &'a str,
    frame: Option<u64>,
    offset: Option<u64>,
    time: Option<String>,
    flow: Option<String>,
    incarnation: Option<u32>,
    endpoint: Option<String>,
    role: Option<Role>,
    code: &'a str,
    name: &'a str,
    severity: Severity,
    blame: Blame,
    proof: Proof,
    message: &'a str,
    expected: Option<&'a str>,
    seen: Option<&'a str>,
    cites: Vec<String>,
    requirements: &'a [&'a str],
    evidence: &'a [u64],
    alibi: Option<&'a str>,
    alike: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    shape: String,
}

impl<'a> Statement<'a> {
    pub(super) fn new(
        report: &'a Report,
        finding: &'a Finding,
        fingerprint: Option<String>,
        shape: String,
    ) -> Self {
        let flow = finding.flow.and_then(|flow| report.flows.get(flow));
        let endpoint = endpoint(finding);
        Self {
            schema: SCHEMA,
            file: file(report, finding.capture),
            frame: finding.frame,
            offset: finding.offset,
            time: finding.time.map(rfc3339),
            flow: flow.map(flow_name),
            incarnation: flow.map(|flow| flow.incarnation),
            endpoint: endpoint.map(|endpoint| endpoint.to_string()),
            role: finding.role.filter(|_| endpoint.is_some()),
            code: finding.rule.code,
            name: finding.rule.name,
            severity: finding.severity,
            blame: finding.blame,
            proof: finding.proof,
            message: &finding.message,
            expected: finding.expected.as_deref(),
            seen: finding.seen.as_deref(),
            cites: finding.rule.cites.iter().map(ToString::to_string).collect(),
            requirements: finding.rule.requirements,
            evidence: &finding.evidence,
            alibi: finding.alibi.as_deref(),
            alike: finding.alike,
            fingerprint,
            shape,
        }
    }
}

/// A finding that is no longer reported, and why.
#[derive(serde::Serialize)]
pub(super) struct Acceptance<'a> {
    by: AcceptedBy,
    reason: &'a str,
    #[serde(flatten)]
    statement: Statement<'a>,
}

impl<'a> Acceptance<'a> {
    fn new(report: &'a Report, accepted: &'a Accepted) -> Self {
        let finding = &accepted.finding;
        Self {
            by: accepted.by,
            reason: &accepted.reason,
            statement: Statement::new(report, finding, None, shape(report, finding)),
        }
    }
}

/// An input that could not be read.
#[derive(serde::Serialize)]
pub(super) struct Refusal<'a> {
    schema: u32,
    file: &'a str,
    reason: &'a str,
}

impl<'a> From<&'a Failure> for Refusal<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            schema: SCHEMA,
            file: &failure.name,
            reason: &failure.reason,
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct Totals {
    schema: u32,
    captures: usize,
    segments: u64,
    connections: usize,
    clean: usize,
    #[serde(flatten)]
    findings: Counts,
    accepted: usize,
    failures: usize,
}

impl Totals {
    pub(super) fn new(report: &Report, summary: &Summary) -> Self {
        Self {
            schema: SCHEMA,
            captures: report.captures.len(),
            segments: summary.segments,
            connections: report.connections(),
            clean: summary.clean(),
            findings: summary.findings,
            accepted: report.accepted.len(),
            failures: report.failures.len(),
        }
    }
}
