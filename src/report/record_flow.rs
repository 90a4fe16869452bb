//! The records of a connection and of its steps, with a value for each endpoint. Part of the interface that `records` documents.

use super::records::SCHEMA;
use super::summary::Counts;
use super::text::{file, flow_name, rfc3339};
use crate::finding::{FlowRecord, Handshake, Measures, Release, Report, Step};
use crate::tcp::StateSet;
use crate::time::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<Sides<Measured>>,
}

#[derive(serde::Serialize)]
struct Measured {
    rtt_samples: u64,
    rtt_min_ns: Option<i64>,
    rtt_mean_ns: Option<i64>,
    rtt_max_ns: Option<i64>,
    late: u64,
}

impl From<Measures> for Measured {
    fn from(measures: Measures) -> Self {
        let trips = measures.round_trips;
        Self {
            rtt_samples: trips.map_or(0, |trips| trips.samples),
            rtt_min_ns: trips.map(|trips| trips.least.nanos()),
            rtt_mean_ns: trips.map(|trips| trips.mean().nanos()),
            rtt_max_ns: trips.map(|trips| trips.most.nanos()),
            late: measures.late,
        }
    }
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
            measures: flow
                .measures
                .as_ref()
                .map(|both| Sides::new(flow, both.map(Measured::from))),
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
