//! What an analysis says: findings, and the records of captures and connections that reports draw.

use crate::rules::{Blame, Proof, Rule, Severity};
use crate::tcp::StateSet;
use crate::time::{Span, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

/// The part that an endpoint plays in its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Sent the first SYN (the active opener).
    Initiator,
    /// Answered it (the passive opener).
    Responder,
}

/// One statement about one frame.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Index into [`Report::captures`].
    pub capture: usize,
    /// Index into [`Report::flows`]; `None` for a finding about the capture.
    pub flow: Option<usize>,
    /// 1-based frame number as Wireshark counts; `None` where the finding has no single frame.
    pub frame: Option<u64>,
    /// Record time of that frame.
    pub time: Option<Timestamp>,
    /// Byte offset in the file, for findings about the file itself.
    pub offset: Option<u64>,
    /// The endpoint concerned; `None` for network and capture.
    pub endpoint: Option<SocketAddr>,
    /// Its role.
    pub role: Option<Role>,
    /// The rule.
    pub rule: &'static Rule,
    /// How grave.
    pub severity: Severity,
    /// Who is to blame.
    pub blame: Blame,
    /// How strong the proof is.
    pub proof: Proof,
    /// What happened, one sentence, in relative numbers.
    pub message: String,
    /// What would have been legal, short: `ack ≤ 1001`.
    pub expected: Option<String>,
    /// What was seen, short: `ack 10893`.
    pub seen: Option<String>,
    /// Frames that prove it, ascending, the finding's own included.
    pub evidence: Vec<u64>,
    /// The segment that would acquit, if the capture had it.
    pub alibi: Option<String>,
    /// How many consequences of the same fault were counted instead of listed.
    pub alike: u64,
}

/// How a connection was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handshake {
    /// SYN, SYN-ACK, ACK.
    ThreeWay,
    /// Both sent a SYN before receiving the other's.
    Simultaneous,
    /// Data on the SYN was accepted (RFC 7413).
    FastOpen,
    /// A RST answered the SYN.
    Refused,
    /// Nothing answered the SYN.
    Unanswered,
    /// A SYN-ACK that nobody confirmed.
    Incomplete,
    /// The capture does not show the opening.
    #[default]
    Unseen,
}

/// How a connection was released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Release {
    /// FIN, ACK, FIN, ACK.
    FourSegment,
    /// FIN, FIN-ACK, ACK.
    ThreeSegment,
    /// Both FINs crossed.
    Simultaneous,
    /// Data flowed one way after the other way was closed, then a full release.
    HalfClose,
    /// A RST ended it.
    Reset,
    /// It was still open (or half open) when the record ends.
    #[default]
    Open,
}

/// One connection (one incarnation of a 4-tuple).
#[derive(Clone, Debug)]
pub struct FlowRecord {
    /// Index into [`Report::captures`].
    pub capture: usize,
    /// The number that reports print, 1-based over the report, in order of the first frame.
    pub number: usize,
    /// 1 for the first use of this 4-tuple in the capture, 2 for the next.
    pub incarnation: u32,
    /// The endpoint printed first: the initiator where it is known, else the sender of the first recorded segment.
    pub first: SocketAddr,
    /// The other endpoint.
    pub second: SocketAddr,
    /// Whether `first` is known to have opened the connection.
    pub roles_known: bool,
    /// The states that each endpoint (first, second) can be in after the last recorded segment.
    pub states: [StateSet; 2],
    /// How it was opened.
    pub handshake: Handshake,
    /// How it was released.
    pub release: Release,
    /// Segments recorded from each endpoint.
    pub segments: [u64; 2],
    /// Text octets recorded from each endpoint, retransmissions included.
    pub octets: [u64; 2],
    /// Octets of each endpoint that its peer acknowledged but the capture never saw.
    pub missed: [u64; 2],
    /// Octets of each endpoint that its peer acknowledged.
    pub acknowledged: [u64; 2],
    /// Segments of both endpoints that occupy sequence numbers.
    pub sequence_bearing: u64,
    /// Segments of each endpoint that carried only octets recorded before.
    pub retransmissions: [u64; 2],
    /// First and last frame.
    pub frames: (u64, u64),
    /// Record times of the first and last frame; `None` without timestamps.
    pub times: Option<(Timestamp, Timestamp)>,
    /// What happened, in the field's words; never blame. Sorted.
    pub tags: BTreeSet<&'static str>,
    /// Measures of what each endpoint sent, if they were asked for.
    pub measures: Option<Box<[Measures; 2]>>,
}

/// Measures of the octets that one endpoint sends, as the tap sees them. They accuse nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// From the tap to the peer and back: an octet recorded, to its acknowledgment recorded. Octets sent twice do not count.
    pub round_trips: Option<RoundTrips>,
    /// Segments whose octets were recorded for the first time after later ones: lost before the tap and sent again, or overtaken.
    pub late: u64,
}

/// Some durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct RoundTrips {
    /// How many.
    pub samples: u64,
    /// The shortest.
    pub least: Span,
    /// The longest.
    pub most: Span,
    total: i64,
}

impl RoundTrips {
    /// None yet, between bounds that the first one sets.
    pub const fn new(first: Span) -> Self {
        Self {
            samples: 0,
            least: first,
            most: first,
            total: 0,
        }
    }

    /// Counts one more.
    pub fn add(&mut self, one: Span) {
        self.samples = self.samples.saturating_add(1);
        self.least = self.least.min(one);
        self.most = self.most.max(one);
        self.total = self.total.saturating_add(one.nanos());
    }

    /// Their mean.
    pub fn mean(&self) -> Span {
        let samples = i64::try_from(self.samples).unwrap_or(i64::MAX);
        Span::from_nanos(self.total.checked_div(samples).unwrap_or(0))
    }
}

/// The health of one capture file, printed before any verdict.
#[derive(Clone, Debug, Default)]
pub struct CaptureRecord {
    /// The input as the caller named it.
    pub name: String,
    /// `pcap` or `pcapng`, with its resolution, for people.
    pub format: String,
    /// Link types in order of appearance, by name.
    pub link_types: Vec<String>,
    /// All frames in the file.
    pub frames: u64,
    /// Frames that became TCP segments.
    pub segments: u64,
    /// Smallest snap length that an interface states, if any.
    pub snaplen: Option<u32>,
    /// Record times of the first and last frame; `None` without timestamps.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Packets that the capturing machine says it dropped; `None` when it says nothing.
    pub dropped: Option<u64>,
    /// Frames that are no TCP segment or could not be decoded, by reason, sorted by reason. Not all of them are losses: see [`Skipped::lossy`].
    pub skipped: Vec<Skipped>,
    /// Octets that peers acknowledged, and how many of them the capture saw.
    pub acknowledged: u64,
    /// Of `acknowledged`, the octets that were recorded.
    pub acknowledged_seen: u64,
    /// Connections without findings that are only counted, by how they were opened; none where all have a record.
    pub quiet: BTreeMap<Handshake, u64>,
    /// Connections that were judged before their end, because memory was short, and accusations that were dropped with them.
    pub given_up: (u64, u64),
    /// Sequence-bearing segments recorded (the n of the 3/n bound).
    pub sequence_bearing: u64,
    /// Events on the record that show segments missed by the capture.
    pub loss_evidence: u64,
    /// The tolerance for swaps in this file.
    pub epsilon: Span,
    /// What the tap seems to be (`client`, `server`, `middle`, `unknown`).
    pub tap: &'static str,
    /// What that rests on: `option` (the user says so), `frames` (hard evidence), `handshakes` (where the round trips lie), `nothing`.
    pub tap_basis: &'static str,
    /// Facts about the recording, in the field's words. Sorted.
    pub tags: BTreeSet<&'static str>,
    /// What the file says in words.
    pub said: Said,
}

/// What a capture says in words: labels for people, never evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The files of a joined capture in their order, each with the number of its first frame; empty for one file.
    pub parts: Vec<(String, u64)>,
    /// Names of addresses, sorted by address.
    pub names: Vec<(IpAddr, String)>,
    /// Comments with the frame that they are about, if they are about one; in the order of the file.
    pub comments: Vec<(Option<u64>, String)>,
    /// Comments beyond those.
    pub more_comments: u64,
}

impl CaptureRecord {
    /// Connections that are only counted.
    pub fn quiet_ones(&self) -> usize {
        let quiet = self.quiet.values().sum::<u64>();
        usize::try_from(quiet).unwrap_or(usize::MAX)
    }
}

/// Frames that did not become segments, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Why, for people: `not IP (ARP)`, `UDP`, `IP fragment`.
    pub reason: String,
    /// How many frames.
    pub frames: u64,
    /// Whether a TCP segment may have been in there, so that it counts like a capture loss.
    pub lossy: bool,
}

/// One segment of a connection, with what each endpoint may have been in around it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Index into [`Report::flows`].
    pub flow: usize,
    /// 1-based frame number.
    pub frame: u64,
    /// Record time.
    pub time: Option<Timestamp>,
    /// Whether the flow's first endpoint sent it.
    pub from_first: bool,
    /// The segment in relative numbers, as tcpdump would say it.
    pub segment: String,
    /// The states that each endpoint (first, second) may have been in before it was recorded.
    pub before: [StateSet; 2],
    /// And after.
    pub after: [StateSet; 2],
}

/// Where the record of a frame lies in its (decompressed) file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Byte offset of the record's header.
    pub offset: u64,
    /// Octets of the record, header included.
    pub length: u64,
}

/// An input that could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The input as the caller named it.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What made a finding accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcceptedBy {
    /// An entry of the baseline.
    Baseline,
    /// A suppression of the configuration.
    Suppression,
}

/// A finding that somebody has accepted: it is counted, and no longer reported.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// By what.
    pub by: AcceptedBy,
    /// Why, in the words of whoever did.
    pub reason: String,
}

/// Everything that one run has to say, in the order in which it is printed: by capture, connection, frame, code.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One record per input file.
    pub captures: Vec<CaptureRecord>,
    /// All connections.
    pub flows: Vec<FlowRecord>,
    /// All findings.
    pub findings: Vec<Finding>,
    /// The segments of the connections that were watched, if any were.
    pub steps: Vec<Step>,
    /// Findings that a baseline or a suppression accepts.
    pub accepted: Vec<Accepted>,
    /// Inputs that could not be read.
    pub failures: Vec<Failure>,
    /// Where the frames lie that findings name, by capture and frame, if it was asked for.
    pub places: BTreeMap<(usize, u64), Place>,
}

impl Report {
    /// All connections, those that are only counted included.
    pub fn connections(&self) -> usize {
        let quiet = self.captures.iter().map(CaptureRecord::quiet_ones).sum();
        self.flows.len().saturating_add(quiet)
    }

    /// Adds what another run says, after everything said so far; connections are renumbered.
    pub fn append(&mut self, other: Self) {
        let (captures, flows) = (self.captures.len(), self.flows.len());
        let numbers = self.connections();
        self.captures.extend(other.captures);
        self.flows
            .extend(other.flows.into_iter().map(|flow| FlowRecord {
                capture: flow.capture.saturating_add(captures),
                number: flow.number.saturating_add(numbers),
                ..flow
            }));
        let moved = |finding: Finding| Finding {
            capture: finding.capture.saturating_add(captures),
            flow: finding.flow.map(|flow| flow.saturating_add(flows)),
            ..finding
        };
        self.findings.extend(other.findings.into_iter().map(moved));
        self.accepted
            .extend(other.accepted.into_iter().map(|accepted| Accepted {
                finding: moved(accepted.finding),
                ..accepted
            }));
        self.failures.extend(other.failures);
        self.steps.extend(other.steps.into_iter().map(|step| Step {
            flow: step.flow.saturating_add(flows),
            ..step
        }));
        self.places.extend(
            other.places.into_iter().map(|((capture, frame), place)| {
                ((capture.saturating_add(captures), frame), place)
            }),
        );
    }
}
