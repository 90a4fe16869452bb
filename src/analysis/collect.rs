//! Numbers the connections by their first frame and brings all findings into the order of the report.

use super::numbers::Numbers;
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
    /// Findings about the capture itself.
    pub(super) findings: Vec<Finding>,
}

/// What is kept of some connections.
#[derive(Default)]
pub(super) struct Part {
    flows: Vec<(Key, FlowRecord)>,
    findings: Vec<(Key, Finding)>,
    steps: Vec<(Key, Step)>,
    sums: Sums,
    /// The record ended while one of them was at work.
    cut: bool,
}

/// What decides how much is kept.
#[derive(Clone, Copy)]
pub(super) struct Keeping<'a> {
    pub(super) tail: &'a Tail,
    /// Whether connections without findings are only counted.
    pub(super) counts_quiet: bool,
}

impl Part {
    /// Of these connections, beside those that were only counted before.
    pub(super) fn of(
        settled: impl Iterator<Item = Settled>,
        counted: Sums,
        keeping: Keeping<'_>,
    ) -> Self {
        let mut part = Self {
            sums: counted,
            ..Self::default()
        };
        settled.for_each(|one| part.take(one, keeping));
        part
    }

    fn take(&mut self, settled: Settled, keeping: Keeping<'_>) {
        let verdicts = settled.verdicts;
        let last = verdicts.flows.last();
        self.cut |= last.is_some_and(|last| keeping.tail.cuts(&settled.tuple, last));
        if keeping.counts_quiet && verdicts.is_quiet() {
            verdicts.flows.iter().for_each(|flow| self.sums.count(flow));
            return;
        }
        verdicts.flows.iter().for_each(|flow| self.sums.add(flow));
        let key = |at: usize| (settled.name, at);
        let steps = verdicts
            .steps
            .into_iter()
            .map(|step| (key(step.flow), step));
        self.steps.extend(steps);
        let flows = verdicts.flows.into_iter().enumerate();
        self.flows.extend(flows.map(|(at, flow)| (key(at), flow)));
        let findings = verdicts.findings.into_iter();
        self.findings
            .extend(findings.map(|(at, finding)| (key(at), finding)));
    }

    fn merge(&mut self, other: Self) {
        self.flows.extend(other.flows);
        self.findings.extend(other.findings);
        self.steps.extend(other.steps);
        self.sums.merge(other.sums);
        self.cut |= other.cut;
    }
}

impl Collection<'_> {
    pub(super) fn collect(mut self, parts: Vec<Part>, numbers: Numbers, report: &mut Report) {
        let mut kept = Part::default();
        parts.into_iter().for_each(|part| kept.merge(part));
        if kept.cut {
            self.record.tags.insert("truncated-capture");
        }
        // A first frame tells apart all but connections that no segment was counted to.
        kept.flows
            .sort_by_key(|(key, flow)| (flow.frames, flow.incarnation, *key));
        kept.steps.sort_by_key(|(_, step)| step.frame);
        kept.sums.in_order();
        let (base, before) = (report.flows.len(), report.connections());
        let places = kept.flows.iter().zip(base..);
        let places: BTreeMap<Key, usize> = places.map(|((key, _), place)| (*key, place)).collect();
        report
            .steps
            .extend(kept.steps.into_iter().filter_map(|(key, mut step)| {
                step.flow = *places.get(&key)?;
                Some(step)
            }));
        let mut struck = numbers.sweep();
        for ((_, mut flow), at) in kept.flows.into_iter().zip(before + 1..) {
            flow.capture = self.capture;
            let counted = kept.sums.before(flow.frames.0);
            let struck = usize::try_from(struck(flow.frames.0)).unwrap_or(usize::MAX);
            flow.number = at.saturating_add(counted).saturating_add(struck);
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
        kept.sums.describe(self.record);
    }
}
