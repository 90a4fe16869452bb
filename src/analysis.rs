//! The whole pipeline: read → decode → 4-tuple → replay → settle, collected in frame order. Each input by itself.

use crate::capture::{self, Reader};
use crate::finding::{CaptureRecord, Finding, Place, Report, Skipped};
use crate::flow::{FourTuple, Observation};
use crate::replay::{self, Facts, Replay, Verdicts, settle};
use crate::time::{Span, Timestamp};
use crate::wire;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

mod closer;
mod entry;
mod notes;
mod settings;
mod tail;

pub use closer::look_closer;
pub use entry::{Watch, analyze_bytes, analyze_files, analyze_reader, timeline};
pub use settings::{Settings, Tap};
use tail::Tail;

/// One capture on its way through the pipeline.
struct Pass {
    /// Only looked up, never iterated: the order of everything is that of `replays`.
    index: HashMap<FourTuple, usize>,
    replays: Vec<Replay>,
    facts: Facts,
    decoder: wire::Decoder,
    twice: wire::Twice,
    clock: wire::Clock,
    tail: Tail,
    skipped: BTreeMap<wire::Undecoded, u64>,
    record: CaptureRecord,
    last_time: Option<Timestamp>,
    any_time: bool,
    back_steps: u64,
    cut: u64,
    look: Look,
}

/// What is looked at step by step: only looked up, never iterated.
#[derive(Debug, Default)]
struct Look {
    watched: HashSet<FourTuple>,
    /// The frames whose place in the file is wanted, and whose surroundings are enough; `None` keeps every step and no place.
    near: Option<Arc<BTreeSet<u64>>>,
}

fn run(mut reader: Reader, name: &str, settings: &Settings, look: Look, report: &mut Report) {
    let mut pass = Pass {
        index: HashMap::new(),
        replays: Vec::new(),
        facts: Facts::default(),
        decoder: wire::Decoder::default(),
        twice: wire::Twice::default(),
        clock: wire::Clock::default(),
        tail: Tail::default(),
        skipped: BTreeMap::new(),
        record: CaptureRecord {
            name: name.to_owned(),
            tap: if settings.tap == Tap::Auto {
                "unknown"
            } else {
                settings.tap.name()
            },
            ..CaptureRecord::default()
        },
        last_time: None,
        any_time: false,
        back_steps: 0,
        cut: 0,
        look,
    };
    let near = pass.look.near.clone().unwrap_or_default();
    let capture = report.captures.len();
    while let Some(frame) = reader.next_frame() {
        let (number, offset) = (frame.number, frame.offset);
        pass.take(&frame);
        if near.contains(&number) {
            let length = reader.record_len();
            let place = Place { offset, length };
            report.places.insert((capture, number), place);
        }
    }
    pass.finish(reader.facts(), settings, report);
}

impl Pass {
    fn take(&mut self, frame: &capture::Frame<'_>) {
        self.record.frames += 1;
        self.note_time(frame.time);
        if u32::try_from(frame.octets.len()).is_ok_and(|seen| seen < frame.wire_len) {
            self.cut += 1;
        }
        match self.decoder.decode(frame) {
            Err(wire::Undecoded::Waiting) => {}
            Err(reason) => *self.skipped.entry(reason).or_default() += 1,
            Ok(decoded) => {
                let (frame, time) = (frame.number, frame.time);
                self.clock.note(time, &decoded);
                let seen = wire::Seen {
                    frame,
                    time,
                    decoded,
                };
                let decided = self.twice.take(seen);
                self.observe(decided);
            }
        }
    }

    fn observe(&mut self, decided: Vec<wire::Seen>) {
        for wire::Seen {
            frame,
            time,
            decoded,
        } in decided
        {
            self.record.segments += 1;
            let (tuple, side) =
                FourTuple::within(decoded.tunnel, decoded.source, decoded.destination);
            let at = *self.index.entry(tuple).or_insert_with(|| {
                let mut replay = Replay::new(tuple);
                if self.look.watched.contains(&tuple.outside_tunnels()) {
                    replay.watch(self.look.near.clone());
                }
                self.replays.push(replay);
                self.replays.len() - 1
            });
            let seen = Observation {
                frame,
                time,
                side,
                segment: decoded.segment,
            };
            self.tail.push(at, &seen);
            if let Some(replay) = self.replays.get_mut(at) {
                replay.observe(&seen, &mut self.facts);
            }
        }
    }

    fn note_time(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        self.any_time |= time.nanos() != 0;
        self.record.times = Some(self.record.times.map_or((time, time), |(first, last)| {
            (first.min(time), last.max(time))
        }));
        let step = self.last_time.map_or(Span::ZERO, |last| last.since(time));
        if step > Span::ZERO {
            self.back_steps += 1;
            self.facts.longest_back_step = self.facts.longest_back_step.max(step);
        }
        self.last_time = Some(time);
    }

    fn finish(mut self, file: &capture::FileFacts, settings: &Settings, report: &mut Report) {
        let last = self.twice.finish();
        self.observe(last);
        for (reason, frames) in self.decoder.finish() {
            *self.skipped.entry(reason).or_default() += frames;
        }
        self.describe(file);
        for replay in &self.replays {
            replay.contribute(&mut self.facts);
        }
        self.record.epsilon = self.facts.epsilon();
        self.record.loss_evidence = self.facts.missed + self.facts.unseen_echoes;
        let chosen = replay::Settings {
            time_wait: settings.time_wait(),
        };
        let capture = report.captures.len();
        let verdicts: Vec<Verdicts> = std::mem::take(&mut self.replays)
            .into_iter()
            .map(|replay| settle(replay, &self.facts, &chosen))
            .collect();
        let mut findings: Vec<Finding> = notes::damage(file);
        findings.extend(notes::undecoded(&self.record.skipped));
        self.collect(verdicts, capture, findings, report);
        self.tag();
        report.captures.push(self.record);
    }

    fn describe(&mut self, file: &capture::FileFacts) {
        self.record.format = file.format.to_owned();
        self.record.dropped = file.dropped();
        self.record.snaplen = file
            .interfaces
            .iter()
            .map(|interface| interface.snaplen)
            .filter(|&snaplen| snaplen > 0)
            .min();
        for interface in &file.interfaces {
            let name = interface.link_type.to_string();
            if !self.record.link_types.contains(&name) {
                self.record.link_types.push(name);
            }
        }
        let undecoded: u64 = self
            .skipped
            .iter()
            .filter(|(reason, _)| reason.lossy())
            .map(|(_, frames)| frames)
            .sum();
        self.facts.undecoded += undecoded + self.record.dropped.unwrap_or(0) + file.unread;
        self.facts.truncated =
            file.truncated || file.faults.iter().any(|fault| fault.kind.ends_reading());
        self.facts.timed = self.any_time;
        if !self.any_time {
            self.record.times = None;
        }
        self.record.skipped = self
            .skipped
            .iter()
            .map(|(reason, &frames)| Skipped {
                reason: reason.to_string(),
                frames,
                lossy: reason.lossy(),
            })
            .collect();
        let copies = self.twice.copies();
        let twice = copies.duplicates + copies.elsewhere;
        self.record.skipped.extend((twice > 0).then(|| Skipped {
            reason: "recorded twice".to_owned(),
            frames: twice,
            lossy: false,
        }));
        self.record.skipped.sort();
    }

    /// Numbers the connections by their first frame and brings all findings into the order of the report.
    fn collect(
        &mut self,
        verdicts: Vec<Verdicts>,
        capture: usize,
        mut findings: Vec<Finding>,
        report: &mut Report,
    ) {
        let mut flows = Vec::new();
        let mut steps = Vec::new();
        for (replay, verdict) in verdicts.into_iter().enumerate() {
            let last = verdict.flows.last();
            if last.is_some_and(|last| self.tail.cuts(replay, last)) {
                self.record.tags.insert("truncated-capture");
            }
            steps.extend(verdict.steps.into_iter().map(|mut step| {
                step.flow |= replay << 32;
                step
            }));
            flows.extend(
                verdict
                    .flows
                    .into_iter()
                    .enumerate()
                    .map(|(at, flow)| ((replay, at), flow)),
            );
            findings.extend(verdict.findings.into_iter().map(|(at, mut finding)| {
                // Until the flows are numbered, a finding remembers its 4-tuple and incarnation in one number.
                finding.flow = Some(replay << 32 | at);
                finding
            }));
        }
        flows.sort_by_key(|(_, flow)| (flow.frames, flow.incarnation));
        let base = report.flows.len();
        let numbers: BTreeMap<usize, usize> = flows
            .iter()
            .enumerate()
            .map(|(number, &((replay, at), _))| (replay << 32 | at, base + number))
            .collect();
        report
            .steps
            .extend(steps.into_iter().filter_map(|mut step| {
                step.flow = *numbers.get(&step.flow)?;
                Some(step)
            }));
        for (number, (_, mut flow)) in flows.into_iter().enumerate() {
            (flow.capture, flow.number) = (capture, base + number + 1);
            self.record.acknowledged += flow.acknowledged.iter().sum::<u64>();
            self.record.acknowledged_seen += flow
                .acknowledged
                .iter()
                .sum::<u64>()
                .saturating_sub(flow.missed.iter().sum());
            report.flows.push(flow);
        }
        for finding in &mut findings {
            finding.capture = capture;
            finding.flow = finding.flow.and_then(|key| numbers.get(&key).copied());
        }
        findings.sort_by_key(|finding| (finding.flow, finding.frame, finding.rule.code));
        report.findings.extend(findings);
        self.record.sequence_bearing = report
            .flows
            .iter()
            .filter(|flow| flow.capture == capture)
            .map(|flow| flow.sequence_bearing)
            .sum();
        for flow in report.flows.iter().filter(|flow| flow.capture == capture) {
            self.record
                .tags
                .extend(flow.tags.iter().filter(|tag| CAPTURE_TAGS.contains(tag)));
        }
    }

    fn tag(&mut self) {
        let facts = [
            (!self.any_time && self.record.frames > 0, "no-timestamps"),
            (self.facts.truncated, "truncated-file"),
            (self.cut > 0, "snaplen"),
            (self.clock.steps() > 0, "clock-step"),
            (self.twice.copies().duplicates > 0, "capture-duplicates"),
            (self.twice.copies().elsewhere > 0, "two-vantages"),
            (
                self.facts.missed > 0 || self.facts.unseen_echoes > 0,
                "capture-loss",
            ),
            (
                self.facts.swaps > 0
                    || self.back_steps > 0 && self.any_time && self.clock.steps() == 0,
                "capture-reordered",
            ),
        ];
        self.record.tags.extend(
            facts
                .iter()
                .filter(|(holds, _)| *holds)
                .map(|(_, tag)| *tag),
        );
    }
}

/// Tags of a connection that say something about the recording.
const CAPTURE_TAGS: [&str; 3] = ["capture-loss", "midstream-start", "one-direction"];
