//! Notes made of tags, on demand: one for each kind and connection, with the place where it was told first and how often.

use super::Replay;
use super::flow_record::{note, role_of};
use super::settle::Verdicts;
use super::told::Told;
use crate::finding::{Finding, FlowRecord};
use crate::rules::{Blame, Check, RULES, Rule};

/// Adds the notes of all incarnations.
pub(super) fn told(verdicts: &mut Verdicts, replay: &Replay) {
    for (at, flow) in verdicts.flows.iter().enumerate() {
        let rules = RULES
            .iter()
            .filter(|rule| matches!(rule.check, Check::Tag) && flow.tags.contains(rule.name));
        for rule in rules {
            let finding = from_tag(replay, at, flow, rule);
            verdicts.findings.push((at, finding));
        }
    }
}

fn from_tag(replay: &Replay, at: usize, flow: &FlowRecord, rule: &'static Rule) -> Finding {
    let told = replay
        .notes
        .get(at)
        .and_then(|notes| notes.story.tags.get(rule.name))
        .unwrap_or(Told {
            frame: None,
            side: None,
            times: 1,
        });
    // Who did it is of interest where it is a choice of the endpoint's.
    let side = told.side.filter(|_| rule.blame == Blame::Unknown);
    let incarnation = replay.connection.incarnations.get(at);
    let frame = told.frame.unwrap_or(flow.frames.1);
    Finding {
        frame: Some(frame),
        evidence: vec![frame],
        endpoint: side.map(|side| replay.tuple().address(side)),
        role: side
            .zip(incarnation)
            .and_then(|(side, inc)| role_of(inc, side)),
        alike: told.times.saturating_sub(1),
        ..note(rule, rule.blame, rule.summary.to_owned())
    }
}
