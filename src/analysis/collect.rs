//! Numbers the connections by their first frame and brings all findings into the order of the report.

use super::shard::Settled;
use super::tail::Tail;
use crate::finding::{CaptureRecord, Finding, FlowRecord, Report, Step};
use std::collections::BTreeMap;

/// Tags of a connection that say something about the recording.
const CAPTURE_TAGS: [&str; 3] = ["capture-loss", "midstream-start", "one-direction"];

/// A connection before it has a number: the first frame of its 4-tuple, and which use of that this is.
type Key = (u64, usize);

/// Everything said about one capture, on its way into the report.
pub(super) struct Collection<'a> {
    pub(super) capture: usize,
    pub(super) record: &'a mut CaptureRecord,
    pub(super) tail: &'a Tail,
    /// Findings about the capture itself.
    pub(super) findings: Vec<Finding>,
}

impl Collection<'_> {
    pub(super) fn collect(mut self, mut settled: Vec<Settled>, report: &mut Report) {
        settled.sort_by_key(|settled| settled.name);
        let mut flows: Vec<(Key, FlowRecord)> = Vec::new();
        let mut findings: Vec<(Key, Finding)> = Vec::new();
        let mut steps: Vec<(Key, Step)> = Vec::new();
        for Settled {
            name,
            tuple,
            verdicts: verdict,
        } in settled
        {
            let last = verdict.flows.last();
            if last.is_some_and(|last| self.tail.cuts(&tuple, last)) {
                self.record.tags.insert("truncated-capture");
            }
            let key = |at: usize| (name, at);
            steps.extend(verdict.steps.into_iter().map(|step| (key(step.flow), step)));
            let records = verdict.flows.into_iter().enumerate();
            flows.extend(records.map(|(at, flow)| (key(at), flow)));
            findings.extend(
                verdict
                    .findings
                    .into_iter()
                    .map(|(at, finding)| (key(at), finding)),
            );
        }
        flows.sort_by_key(|(_, flow)| (flow.frames, flow.incarnation));
        let base = report.flows.len();
        let numbers: BTreeMap<Key, usize> = flows
            .iter()
            .enumerate()
            .map(|(number, (key, _))| (*key, base + number))
            .collect();
        report
            .steps
            .extend(steps.into_iter().filter_map(|(key, mut step)| {
                step.flow = *numbers.get(&key)?;
                Some(step)
            }));
        for (number, (_, mut flow)) in flows.into_iter().enumerate() {
            (flow.capture, flow.number) = (self.capture, base + number + 1);
            self.count(&flow);
            report.flows.push(flow);
        }
        self.findings
            .extend(findings.into_iter().map(|(key, mut finding)| {
                finding.flow = numbers.get(&key).copied();
                finding
            }));
        for finding in &mut self.findings {
            finding.capture = self.capture;
        }
        self.findings
            .sort_by_key(|finding| (finding.flow, finding.frame, finding.rule.code));
        report.findings.extend(self.findings);
    }

    /// Adds what one connection shows of the capture.
    fn count(&mut self, flow: &FlowRecord) {
        let acknowledged: u64 = flow.acknowledged.iter().sum();
        let missed = flow.missed.iter().sum();
        self.record.acknowledged += acknowledged;
        self.record.acknowledged_seen += acknowledged.saturating_sub(missed);
        self.record.sequence_bearing += flow.sequence_bearing;
        let tags = flow.tags.iter().filter(|tag| CAPTURE_TAGS.contains(tag));
        self.record.tags.extend(tags);
    }
}
