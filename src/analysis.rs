//! The whole pipeline: read → decode → 4-tuple → replay → settle, collected in frame order. Each input by itself.

use crate::capture::{self, Reader};
use crate::finding::{Finding, Report};
use crate::flow::FourTuple;
use crate::replay::Facts;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

mod closer;
mod collect;
mod compact;
mod ending;
mod entry;
mod frames;
mod hands;
mod held;
mod intake;
mod lanes;
mod making;
mod notes;
mod numbers;
mod quiet;
mod rest;
mod settings;
mod shard;
mod slots;
mod tail;
mod workers;
mod young;

pub use closer::look_closer;
use collect::{Collection, Keeping, Part};
pub use entry::{
    Watch, analyze, analyze_bytes, analyze_files, analyze_joined, analyze_reader, timeline,
};
pub use frames::{Packet, analyze_frames};
use intake::Intake;
use numbers::Numbers;
pub use settings::{Effort, HostProfile, Profiles, Settings, Tap};
use shard::{SHARES, Shard};

/// What is looked at step by step.
#[derive(Clone, Debug, Default)]
struct Look {
    /// Only looked up, never iterated.
    watched: HashSet<FourTuple>,
    /// The frames whose place in the file is wanted, and whose surroundings are enough; `None` keeps every step and no place.
    near: Option<Arc<BTreeSet<u64>>>,
    /// Whether connections are measured.
    measure: bool,
}

impl Look {
    fn watches(&self, tuple: &FourTuple) -> bool {
        !self.watched.is_empty() && self.watched.contains(&tuple.outside_tunnels())
    }
}

fn run(mut reader: Reader, name: &str, settings: &Settings, look: Look, report: &mut Report) {
    let look = Look {
        measure: settings.statistics,
        ..look
    };
    let mut intake = Intake::new(name, settings);
    intake.near = look.near.clone().unwrap_or_default();
    let shards = (0..SHARES).map(|_| Shard::new(look.clone(), settings));
    let mut shards: Vec<Shard> = shards.collect();
    let others = settings.effort.jobs.saturating_sub(1);
    let numbers = workers::run(&mut intake, &mut reader, &mut shards, others);
    let read = Read {
        intake,
        shards,
        numbers,
    };
    finish(read, reader.facts(), settings, report);
}

/// What reading to the end has left.
struct Read {
    intake: Intake,
    shards: Vec<Shard>,
    numbers: Numbers,
}

/// The record has ended: the facts of the capture are complete, and every verdict can be settled.
fn finish(read: Read, file: &capture::FileFacts, settings: &Settings, report: &mut Report) {
    let Read {
        mut intake,
        mut shards,
        numbers,
    } = read;
    intake.describe(file);
    let jobs = settings.effort.jobs;
    let shown = workers::each(shards.iter_mut().collect(), jobs, Shard::contribute);
    let facts = shown.into_iter().fold(intake.facts.clone(), Facts::merge);
    intake.record.epsilon = facts.epsilon();
    (intake.record.tap, intake.record.tap_basis) = match settings.tap {
        Tap::Auto => facts.taps.place(),
        chosen => (chosen.name(), "option"),
    };
    intake.record.loss_evidence = facts.missed + facts.unseen_echoes;
    let mut findings: Vec<Finding> = notes::damage(file);
    findings.extend(notes::undecoded(&intake.record.skipped));
    for shard in &shards {
        intake.record.given_up.0 += shard.given_up.connections;
        intake.record.given_up.1 += shard.given_up.accusations;
    }
    findings.extend(notes::fragments(intake.disagreements()));
    let (capture, first) = (report.captures.len(), report.findings.len());
    let places = std::mem::take(&mut intake.places);
    let places = places.into_iter().map(|(at, place)| ((capture, at), place));
    report.places.extend(places);
    let collection = Collection {
        capture,
        record: &mut intake.record,
        findings,
    };
    let keeping = Keeping {
        tail: &intake.tail,
        counts_quiet: settings.effort.counts_quiet,
    };
    let parts = workers::each(shards, jobs, |mut shard| {
        shard.count_textbooks(&facts);
        let counted = std::mem::take(&mut shard.sums);
        Part::of(shard.settle(&facts), counted, keeping)
    });
    collection.collect(parts, numbers, report);
    intake.tag(&facts);
    if settings.notes {
        let noted = notes::tags(&intake.record.tags, capture);
        report.findings.extend(noted);
        let findings = report.findings.get_mut(first..).unwrap_or_default();
        findings.sort_by_key(|finding| (finding.flow, finding.frame, finding.rule.code));
    }
    report.captures.push(intake.record);
}
