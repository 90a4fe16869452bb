//! The whole pipeline: read → decode → 4-tuple → replay → settle, collected in frame order. Each input by itself.

use crate::capture::{self, Reader};
use crate::finding::{Finding, Place, Report};
use crate::flow::FourTuple;
use crate::replay;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

mod closer;
mod collect;
mod entry;
mod frames;
mod intake;
mod notes;
mod settings;
mod shard;
mod tail;

pub use closer::look_closer;
use collect::Collection;
pub use entry::{
    Watch, analyze, analyze_bytes, analyze_files, analyze_joined, analyze_reader, timeline,
};
pub use frames::{Packet, analyze_frames};
use intake::Intake;
pub use settings::{HostProfile, Profiles, Settings, Tap};
use shard::Shard;

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

fn run(mut reader: Reader, name: &str, settings: &Settings, look: Look, report: &mut Report) {
    let look = Look {
        measure: settings.statistics,
        ..look
    };
    let mut intake = Intake::new(name, settings);
    let near = look.near.clone().unwrap_or_default();
    let mut shard = Shard::new(look);
    let mut routed = Vec::new();
    let capture = report.captures.len();
    while let Some(frame) = reader.next_frame() {
        let (number, offset) = (frame.number, frame.offset);
        intake.take(&frame, &mut routed);
        if near.contains(&number) {
            let length = reader.record_len();
            let place = Place { offset, length };
            report.places.insert((capture, number), place);
        }
        routed.drain(..).for_each(|one| shard.take(&one));
    }
    intake.finish(&mut routed);
    routed.drain(..).for_each(|one| shard.take(&one));
    finish(intake, shard, reader.facts(), settings, report);
}

/// The record has ended: the facts of the capture are complete, and every verdict can be settled.
fn finish(
    mut intake: Intake,
    mut shard: Shard,
    file: &capture::FileFacts,
    settings: &Settings,
    report: &mut Report,
) {
    intake.describe(file);
    let facts = intake.facts.clone().merge(shard.contribute());
    intake.record.epsilon = facts.epsilon();
    (intake.record.tap, intake.record.tap_basis) = match settings.tap {
        Tap::Auto => facts.taps.place(),
        chosen => (chosen.name(), "option"),
    };
    intake.record.loss_evidence = facts.missed + facts.unseen_echoes;
    let chosen = replay::Settings {
        profiles: settings.profiles.clone(),
        notes: settings.notes,
        tap: settings.tap,
    };
    let mut findings: Vec<Finding> = notes::damage(file);
    findings.extend(notes::undecoded(&intake.record.skipped));
    findings.extend(notes::fragments(intake.disagreements()));
    let (capture, first) = (report.captures.len(), report.findings.len());
    let collection = Collection {
        capture,
        record: &mut intake.record,
        tail: &intake.tail,
        findings,
    };
    collection.collect(shard.settle(&facts, &chosen), report);
    intake.tag(&facts);
    if settings.notes {
        let noted = notes::tags(&intake.record.tags, capture);
        report.findings.extend(noted);
        let findings = report.findings.get_mut(first..).unwrap_or_default();
        findings.sort_by_key(|finding| (finding.flow, finding.frame, finding.rule.code));
    }
    report.captures.push(intake.record);
}
