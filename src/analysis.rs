//! The whole pipeline: read → decode → 4-tuple → replay → settle, collected in frame order. Each input by itself.

use crate::capture::{self, Reader};
use crate::error::Error;
use crate::finding::{Finding, Report};
use crate::flow::FourTuple;
use crate::replay::Facts;
use std::io::Cursor;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

mod collect;
mod intake;
mod notes;
mod quiet;
mod rest;
mod settings;
mod shard;
mod slots;
mod tail;
mod workers;

use collect::Collection;
use intake::Intake;
use quiet::Sums;
pub use settings::{Effort, HostProfile, Profiles, Settings, Tap};
use shard::{SHARES, Shard};

/// Analyses every input by itself (`-` is standard input) and reports on all of them, in the order given.
pub fn analyze_files(inputs: &[PathBuf], settings: &Settings) -> Result<Report, Error> {
    let mut report = Report::default();
    for path in inputs {
        analyze(
            capture::open(path)?,
            &path.display().to_string(),
            settings,
            &mut report,
        );
    }
    Ok(report)
}

/// Analyses several files as one capture, in the order of their first records: what a rotating recorder left. The frames
/// are numbered through; [`crate::finding::Said::parts`] says where each file begins.
pub fn analyze_joined(inputs: &[PathBuf], settings: &Settings) -> Result<Report, Error> {
    let mut report = Report::default();
    let reader = capture::open_joined(inputs)?;
    let name = capture::joined_name(inputs);
    analyze(reader, &name, settings, &mut report);
    Ok(report)
}

/// Which connection to watch step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// The one with this number in the report.
    Number(usize),
    /// The ones between these two addresses, in either order.
    Between(SocketAddr, SocketAddr),
}

/// Analyses a capture file held in memory and keeps every step of one connection in [`Report::steps`].
/// No such connection: no steps.
pub fn timeline(
    name: &str,
    bytes: &[u8],
    settings: &Settings,
    watch: Watch,
) -> Result<Report, Error> {
    let tuple = match watch {
        Watch::Between(a, b) => Some((a, b)),
        Watch::Number(number) => {
            let report = analyze_bytes(name, bytes, settings)?;
            let flow = number.checked_sub(1).and_then(|at| report.flows.get(at));
            flow.map(|flow| (flow.first, flow.second))
        }
    };
    let mut report = Report::default();
    let reader = Reader::new(Cursor::new(bytes.to_vec()), Path::new(name))?;
    let watched = tuple.map(|(a, b)| FourTuple::of(a, b).0);
    run(reader, name, settings, watched, &mut report);
    if let Watch::Number(number) = watch {
        report.steps.retain(|step| step.flow + 1 == number);
    }
    Ok(report)
}

/// Analyses a capture file held in memory.
pub fn analyze_bytes(name: &str, bytes: &[u8], settings: &Settings) -> Result<Report, Error> {
    let mut report = Report::default();
    let reader = Reader::new(Cursor::new(bytes.to_vec()), Path::new(name))?;
    analyze(reader, name, settings, &mut report);
    Ok(report)
}

fn analyze(reader: Reader, name: &str, settings: &Settings, report: &mut Report) {
    run(reader, name, settings, None, report);
}

fn run(
    mut reader: Reader,
    name: &str,
    settings: &Settings,
    watched: Option<FourTuple>,
    report: &mut Report,
) {
    let mut intake = Intake::new(name);
    let shards = (0..SHARES).map(|_| Shard::new(watched, settings));
    let mut shards: Vec<Shard> = shards.collect();
    let others = settings.effort.jobs.saturating_sub(1);
    workers::run(&mut intake, &mut reader, &mut shards, others);
    finish(intake, shards, reader.facts(), settings, report);
}

/// The record has ended: the facts of the capture are complete, and every verdict can be settled.
fn finish(
    mut intake: Intake,
    mut shards: Vec<Shard>,
    file: &capture::FileFacts,
    settings: &Settings,
    report: &mut Report,
) {
    intake.describe(file);
    let shown = shards.iter_mut().map(Shard::contribute);
    let facts = shown.fold(intake.facts.clone(), Facts::merge);
    intake.record.epsilon = facts.epsilon();
    (intake.record.tap, intake.record.tap_basis) = match settings.tap {
        Tap::Auto => facts.taps.place(),
        chosen => (chosen.name(), "option"),
    };
    intake.record.loss_evidence = facts.missed + facts.unseen_echoes;
    let mut findings: Vec<Finding> = notes::damage(file);
    findings.extend(notes::undecoded(&intake.record.skipped));
    let mut sums = Sums::default();
    for shard in &mut shards {
        sums.merge(std::mem::take(&mut shard.sums));
        intake.record.given_up.0 += shard.given_up.connections;
        intake.record.given_up.1 += shard.given_up.accusations;
    }
    findings.extend(notes::fragments(intake.disagreements()));
    let (capture, first) = (report.captures.len(), report.findings.len());
    let collection = Collection {
        capture,
        record: &mut intake.record,
        tail: &intake.tail,
        findings,
        sums,
        counts_quiet: settings.effort.counts_quiet,
    };
    let settled = shards.into_iter().flat_map(|shard| shard.settle(&facts));
    collection.collect(settled, report);
    intake.tag(&facts);
    if settings.notes {
        let noted = notes::tags(&intake.record.tags, capture);
        report.findings.extend(noted);
        let findings = report.findings.get_mut(first..).unwrap_or_default();
        findings.sort_by_key(|finding| (finding.flow, finding.frame, finding.rule.code));
    }
    report.captures.push(intake.record);
}
