//! A short ladder: the segments around a finding, with the states that both endpoints may be in after each.

use super::table::columns;
use super::text;
use crate::finding::{Finding, FlowRecord, Report, Step};
use std::collections::{BTreeMap, BTreeSet};

/// Segments shown before and after one that a finding names.
const AROUND: usize = 3;

/// The steps of each connection, in their order.
pub(super) struct Ladders<'a> {
    report: &'a Report,
    steps: BTreeMap<usize, Vec<&'a Step>>,
}

impl<'a> Ladders<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut steps: BTreeMap<usize, Vec<&Step>> = BTreeMap::new();
        for step in &report.steps {
            steps.entry(step.flow).or_default().push(step);
        }
        Self { report, steps }
    }

    /// The step of a frame, if it is among those that are known.
    pub(super) fn step(&self, finding: &Finding, frame: u64) -> Option<&'a Step> {
        let steps = self.steps.get(&finding.flow?)?;
        steps.iter().find(|step| step.frame == frame).copied()
    }

    /// The ladder around what these findings of one connection name; empty where no step is known.
    pub(super) fn around(&self, findings: &[&Finding], width: u16) -> String {
        let flow = findings.iter().find_map(|finding| finding.flow);
        let Some((record, steps)) =
            flow.and_then(|flow| Some((self.report.flows.get(flow)?, self.steps.get(&flow)?)))
        else {
            return String::new();
        };
        let shown = near(steps, findings);
        let mut rows = vec![vec![
            "frame".to_owned(),
            String::new(),
            record.first.to_string(),
            String::new(),
            record.second.to_string(),
            String::new(),
        ]];
        let mut next = None;
        for (at, step) in steps
            .iter()
            .enumerate()
            .filter(|(at, _)| shown.contains(at))
        {
            if next.is_some_and(|next| next != at) {
                rows.push(vec!["⋮".to_owned()]);
            }
            next = Some(at + 1);
            rows.push(self.row(record, step, findings));
        }
        columns(rows, width)
    }

    fn row(&self, flow: &FlowRecord, step: &Step, findings: &[&Finding]) -> Vec<String> {
        let start = self.report.captures.get(flow.capture);
        let start = start.and_then(|capture| capture.times).map(|times| times.0);
        let time = step.time.zip(start);
        let [first, second] = step
            .after
            .map(|states| text::states(states).replace('|', "\n"));
        let arrow = if step.from_first { "→" } else { "←" };
        let about = findings
            .iter()
            .filter(|finding| finding.frame == Some(step.frame));
        let marks: Vec<_> = about.map(|finding| finding.rule.code).collect();
        vec![
            step.frame.to_string(),
            time.map_or_else(String::new, |(time, start)| {
                text::seconds(time.since(start))
            }),
            first,
            format!("{arrow} {}", step.segment),
            second,
            marks.join("\n"),
        ]
    }
}

fn near(steps: &[&Step], findings: &[&Finding]) -> BTreeSet<usize> {
    let named = |frame| {
        findings
            .iter()
            .any(|finding| finding.frame == Some(frame) || finding.evidence.contains(&frame))
    };
    let hits = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| named(step.frame));
    hits.flat_map(|(at, _)| at.saturating_sub(AROUND)..=at + AROUND)
        .collect()
}
