//! The records that machines read: field names and their order are a documented, versioned interface. Serialisation only.

use super::summary::{Counts, Summary};
use super::text::{flow_name, rfc3339};
use crate::finding::{CaptureRecord, Finding, FlowRecord, Handshake, Release, Report, Role, Step};
use crate::rules::{Blame, Proof, Severity};
use crate::tcp::StateSet;
use crate::time::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The version of the records. Fields may be added within a version; none is renamed or dropped.
pub const SCHEMA: u32 = 1;

#[derive(serde::Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Record<'a> {
    Capture(Capture<'a>),
    Flow(Box<Flow<'a>>),
    Finding(Statement<'a>),
    Step(StepRecord),
    Summary(Totals),
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
pub(super) struct Flow<'a> {
    schema: u32,
    file: &'a str,
    flow: String,
    number: usize,
    incarnation: u32,
    initiator: Option<String>,
    responder: Option<String>,
    handshake: Handshake,
    release: Release,
    state: Sides<States>,
    first_frame: u64,
    last_frame: u64,
    begin: Option<String>,
    end: Option<String>,
    segments: Sides<u64>,
    octets: Sides<u64>,
    acknowledged: Sides<u64>,
    missed: Sides<u64>,
    retransmissions: Sides<u64>,
    findings: Counts,
    verdict: &'static str,
    tags: Vec<&'a str>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(report: &'a Report, flow: &'a FlowRecord, findings: Counts) -> Self {
        let known = |endpoint: std::net::SocketAddr| flow.roles_known.then(|| endpoint.to_string());
        let time = |at: fn((Timestamp, Timestamp)) -> Timestamp| {
            flow.times.map(|times| rfc3339(at(times)))
        };
        Self {
            schema: SCHEMA,
            file: file(report, flow.capture),
            flow: flow_name(flow),
            number: flow.number,
            incarnation: flow.incarnation,
            initiator: known(flow.first),
            responder: known(flow.second),
            handshake: flow.handshake,
            release: flow.release,
            state: Sides::new(flow, flow.states.map(States)),
            first_frame: flow.frames.0,
            last_frame: flow.frames.1,
            begin: time(|(first, _)| first),
            end: time(|(_, last)| last),
            segments: Sides::new(flow, flow.segments),
            octets: Sides::new(flow, flow.octets),
            acknowledged: Sides::new(flow, flow.acknowledged),
            missed: Sides::new(flow, flow.missed),
            retransmissions: Sides::new(flow, flow.retransmissions),
            findings,
            verdict: findings.verdict(),
            tags: flow.tags.iter().copied().collect(),
        }
    }
}

/// A value for each endpoint, keyed by role; by address where the roles are unknown.
struct Sides<T> {
    keys: [String; 2],
    values: [T; 2],
}

impl<T> Sides<T> {
    fn new(flow: &FlowRecord, values: [T; 2]) -> Self {
        let keys = if flow.roles_known {
            ["initiator", "responder"].map(str::to_owned)
        } else if flow.first == flow.second {
            ["first", "second"].map(str::to_owned)
        } else {
            [flow.first, flow.second].map(|endpoint| endpoint.to_string())
        };
        Self { keys, values }
    }
}

impl<T: Serialize> Serialize for Sides<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        for (key, value) in self.keys.iter().zip(&self.values) {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A list, also where it is certain and has one entry.
struct States(StateSet);

impl Serialize for States {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|state| state.name()))
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
    fingerprint: String,
}

impl<'a> Statement<'a> {
    pub(super) fn new(report: &'a Report, finding: &'a Finding, fingerprint: String) -> Self {
        let flow = finding.flow.and_then(|flow| report.flows.get(flow));
        let nobody = matches!(finding.blame, Blame::Network | Blame::Capture);
        Self {
            schema: SCHEMA,
            file: file(report, finding.capture),
            frame: finding.frame,
            offset: finding.offset,
            time: finding.time.map(rfc3339),
            flow: flow.map(flow_name),
            incarnation: flow.map(|flow| flow.incarnation),
            endpoint: finding
                .endpoint
                .filter(|_| !nobody)
                .map(|endpoint| endpoint.to_string()),
            role: finding.role.filter(|_| !nobody),
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
        }
    }
}

fn file(report: &Report, capture: usize) -> &str {
    report
        .captures
        .get(capture)
        .map_or("", |capture| &capture.name)
}

/// One segment of a watched connection.
#[derive(serde::Serialize)]
pub(super) struct StepRecord {
    schema: u32,
    flow: String,
    incarnation: u32,
    frame: u64,
    time: Option<String>,
    from: String,
    segment: String,
    before: Sides<States>,
    after: Sides<States>,
}

impl StepRecord {
    pub(super) fn new(report: &Report, step: &Step) -> Option<Self> {
        let flow = report.flows.get(step.flow)?;
        let [first, second] = Sides::new(flow, [(); 2]).keys;
        Some(Self {
            schema: SCHEMA,
            flow: flow_name(flow),
            incarnation: flow.incarnation,
            frame: step.frame,
            time: step.time.map(rfc3339),
            from: if step.from_first { first } else { second },
            segment: step.segment.clone(),
            before: Sides::new(flow, step.before.map(States)),
            after: Sides::new(flow, step.after.map(States)),
        })
    }
}
