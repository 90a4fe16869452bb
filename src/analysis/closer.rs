//! A second reading of a capture that has findings: the steps around them and their places in the file, which the first
//! reading does not keep. It changes no verdict.

use super::{Look, Settings, run};
use crate::capture::Reader;
use crate::finding::Report;
use crate::flow::FourTuple;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Reads the only capture of `report` again and adds [`Report::steps`] around each finding, and [`Report::places`].
pub fn look_closer(reader: Reader, settings: &Settings, report: &mut Report) {
    let named = report
        .findings
        .iter()
        .flat_map(|finding| finding.evidence.iter().copied().chain(finding.frame));
    let near: BTreeSet<u64> = named.collect();
    let flows = report.findings.iter().filter_map(|finding| finding.flow);
    let watched: HashSet<FourTuple> = flows
        .filter_map(|flow| report.flows.get(flow))
        .map(|flow| FourTuple::of(flow.first, flow.second).0)
        .collect();
    let look = Look {
        watched,
        near: Some(Arc::new(near)),
        ..Look::default()
    };
    let mut again = Report::default();
    run(reader, "", settings, look, &mut again);
    report.steps = again.steps;
    report.places = again.places;
}
