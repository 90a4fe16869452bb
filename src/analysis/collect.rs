//! Numbers the connections by their first frame and brings all findings into the order of the report.

use super::quiet::Sums;
use super::shard::Settled;
use super::tail::Tail;
use crate::finding::{CaptureRecord, Finding, FlowRecord, Report, Step};
use std::collections::BTreeMap;

/// A connection before it has a number: the first frame of its 4-tuple, and which use of that this is.
type Key = (u64, usize);

/// Everything said about one capture, on its way into the report.
pub(super) struct Collection<'a> {
    pub(super) capture: usize,
    pub(super) record: &'a mut CaptureRecord,
    pub(super) tail: &'a Tail,
    /// Findings about the capture itself.
    pub(super) findings: Vec<Finding>,
    pub(super) sums: Sums,
    /// Whether connections without findings are only counted.
    pub(super) counts_quiet: bool,
}

/// What is kept of the connections.
#[derive(Default)]
struct Kept {
    flows: Vec<(Key, FlowRecord)>,
    findings: Vec<(Key, Finding)>,
    steps: Vec<(Key, Step)>,
}

impl Collection<'_> {
    pub(super) fn collect(mut self, settled: impl Iterator<Item = Settled>, report: &mut Report) {
        let mut kept = Kept::default();
        for one in settled {
            self.take(one, &mut kept);
        }
        // A first frame tells apart all but connections that no segment was counted to.
        kept.flows
            .sort_by_key(|(key, flow)| (flow.frames, flow.incarnation, *key));
        kept.steps.sort_by_key(|(_, step)| step.frame);
        self.sums.in_order();
        let (base, before) = (report.flows.len(), report.connections());
        let places = kept.flows.iter().zip(base..);
        let places: BTreeMap<Key, usize> = places.map(|((key, _), place)| (*key, place)).collect();
        report
            .steps
            .extend(kept.steps.into_iter().filter_map(|(key, mut step)| {
                step.flow = *places.get(&key)?;
                Some(step)
            }));
        for ((_, mut flow), at) in kept.flows.into_iter().zip(before + 1..) {
            flow.capture = self.capture;
            flow.number = at + self.sums.before(flow.frames.0);
            report.flows.push(flow);
        }
        self.findings
            .extend(kept.findings.into_iter().map(|(key, mut finding)| {
                finding.flow = places.get(&key).copied();
                finding
            }));
        for finding in &mut self.findings {
            finding.capture = self.capture;
        }
        self.findings
            .sort_by_key(|finding| (finding.flow, finding.frame, finding.rule.code));
        report.findings.extend(self.findings);
        self.sums.describe(self.record);
    }

    fn take(&mut self, settled: Settled, kept: &mut Kept) {
        let verdicts = settled.verdicts;
        let last = verdicts.flows.last();
        if last.is_some_and(|last| self.tail.cuts(&settled.tuple, last)) {
            self.record.tags.insert("truncated-capture");
        }
        if self.counts_quiet && verdicts.is_quiet() {
            verdicts.flows.iter().for_each(|flow| self.sums.count(flow));
            return;
        }
        verdicts.flows.iter().for_each(|flow| self.sums.add(flow));
        let key = |at: usize| (settled.name, at);
        let steps = verdicts
            .steps
            .into_iter()
            .map(|step| (key(step.flow), step));
        kept.steps.extend(steps);
        let flows = verdicts.flows.into_iter().enumerate();
        kept.flows.extend(flows.map(|(at, flow)| (key(at), flow)));
        let findings = verdicts.findings.into_iter();
        kept.findings
            .extend(findings.map(|(at, finding)| (key(at), finding)));
    }
}
