//! The record of one incarnation, and the notes that belong to no accusation: losses, forged segments.

use super::Replay;
use super::ending::{self, conclude};
use super::health::Facts;
use super::health::missed;
use super::ruling::Ruling;
use super::settle::Verdicts;
use crate::finding::{Finding, FlowRecord, Role};
use crate::flow::{Endpoint, Incarnation, Side};
use crate::rules::{Blame, Proof, Rule, capture, handshake, network};
use crate::time::Timestamp;
use std::net::SocketAddr;

pub(super) fn flow_record(replay: &mut Replay, at: usize) -> Option<FlowRecord> {
    let tuple = *replay.tuple();
    let reused = at > 0 || replay.earlier > 0;
    let side = replay.connection.incarnations.get(at).map(first_side);
    let measures = side.and_then(|side| replay.measured(at, side));
    let (incarnation, notes) = (
        replay.connection.incarnations.get(at)?,
        replay.notes.get_mut(at)?,
    );
    notes.story.tags.at(None);
    let (handshake, release) = conclude(&mut notes.story, incarnation, reused);
    // The opener had given this SYN up for a newer one, and rejects the late answer to it: what the third segment is for.
    let newer = replay
        .connection
        .incarnations
        .get(at + 1..)
        .unwrap_or_default();
    if let Some(opener) = incarnation.opener {
        let (own, peer) = incarnation.view(opener);
        let given_up = newer.iter().any(|later| later.opener == Some(opener));
        if given_up && own.ack_max.is_none() && own.reset.is_some() && peer.iss_known() {
            notes.story.tags.insert("old-duplicate-syn");
        }
    }
    // A second answer to the SYN of a connection that is over: a copy of that SYN has met a listener.
    let first_use = incarnation
        .fork_of
        .and_then(|old| replay.connection.incarnations.get(old));
    let begun = incarnation.frames.map(|(first, _)| first);
    let over = first_use.zip(begun).is_some_and(|(old, begun)| {
        Side::BOTH.iter().all(|&side| {
            let (own, peer) = old.view(side);
            ending::acknowledged(own, peer) && own.fin.is_some_and(|fin| fin.frame < begun)
        })
    });
    if over {
        notes.story.tags.insert("old-duplicate-syn");
    }
    if Side::BOTH
        .iter()
        .any(|&side| tuple.address(side).port() == 0)
    {
        notes.story.tags.insert("port-zero");
    }
    let first = first_side(incarnation);
    let (a, b) = incarnation.view(first);
    let acknowledged = |own: &Endpoint, peer: &Endpoint| {
        peer.ack_max.map_or(0, |ack| {
            u64::try_from(ack.across() - own.octets.start().unwrap_or_default()).unwrap_or(0)
        })
    };
    let lost = |side: Side| -> u64 {
        missed(&replay.cases, (at, side), incarnation)
            .iter()
            .map(|(left, right)| u64::try_from(right - left).unwrap_or(0))
            .sum()
    };
    let lost = [lost(first), lost(first.other())];
    if lost.iter().any(|octets| *octets > 0) {
        notes.story.tags.insert("capture-loss");
    }
    Some(FlowRecord {
        capture: 0,
        number: 0,
        incarnation: u32::try_from(at + 1)
            .unwrap_or(u32::MAX)
            .saturating_add(replay.earlier),
        first: tuple.address(first),
        second: tuple.address(first.other()),
        roles_known: incarnation.opener.is_some(),
        states: [
            notes.machine.states(first),
            notes.machine.states(first.other()),
        ],
        handshake,
        release,
        segments: [a.kept.segments, b.kept.segments],
        octets: [a.kept.octets, b.kept.octets],
        missed: lost,
        acknowledged: [acknowledged(a, b), acknowledged(b, a)],
        sequence_bearing: a.kept.sequence_bearing + b.kept.sequence_bearing,
        retransmissions: [a.kept.retransmissions, b.kept.retransmissions],
        frames: incarnation.frames.unwrap_or_default(),
        times: incarnation.times,
        tags: notes.story.tags.names(),
        measures,
    })
}

/// The side printed first: the opener where it is known, else who was recorded first.
pub(super) fn first_side(incarnation: &Incarnation) -> Side {
    let seen_first = if incarnation.ends.get(Side::Low).is_seen() {
        Side::Low
    } else {
        Side::High
    };
    incarnation.opener.unwrap_or(seen_first)
}

pub(super) fn note(rule: &'static Rule, blame: Blame, message: String) -> Finding {
    Finding {
        capture: 0,
        flow: None,
        frame: None,
        time: None,
        offset: None,
        endpoint: None,
        role: None,
        rule,
        severity: rule.severity(blame, Proof::Weak),
        blame,
        proof: Proof::Weak,
        message,
        expected: None,
        seen: None,
        evidence: Vec::new(),
        alibi: None,
        alike: 0,
    }
}

/// One note for all segments that others sent in an endpoint's name: a storm of them must not hide what else there is.
pub(super) fn forged_finding(
    frames: &[(u64, Option<Timestamp>)],
    name: SocketAddr,
) -> Option<Finding> {
    const SHOWN: usize = 16;
    let &(frame, time) = frames.first()?;
    let message = format!(
        "somebody else sent this segment in the name of {name}: its IP marks fit none of that endpoint's own segments"
    );
    Some(Finding {
        frame: Some(frame),
        time,
        evidence: frames.iter().take(SHOWN).map(|(frame, _)| *frame).collect(),
        alike: u64::try_from(frames.len()).unwrap_or(u64::MAX) - 1,
        ..note(&network::forged_segment::RULE, Blame::ThirdParty, message)
    })
}

/// A SYN of this 4-tuple that makes its host's numbers a series.
pub(super) fn predictable(replay: &Replay, facts: &Facts) -> Vec<(usize, Finding)> {
    let mut findings = Vec::new();
    for (at, incarnation) in replay.connection.incarnations.iter().enumerate() {
        for side in Side::BOTH {
            let address = replay.tuple().address(side);
            let Some(syn) = &incarnation.ends.get(side).syn else {
                continue;
            };
            let Some(series) = facts.openings.series(address.ip(), syn.frame) else {
                continue;
            };
            let message = match series.step {
                0 => format!(
                    "begins {} connections with the same sequence number",
                    series.length
                ),
                step => format!(
                    "begins {} connections with sequence numbers that grow by {step} each",
                    series.length
                ),
            };
            let rule = &handshake::isn_predictable::RULE;
            findings.push((
                at,
                Finding {
                    frame: Some(syn.frame),
                    time: syn.time,
                    endpoint: Some(address),
                    role: role_of(incarnation, side),
                    severity: rule.severity(Blame::Endpoint, Proof::Strong),
                    proof: Proof::Strong,
                    expected: Some("numbers that nobody can foretell".into()),
                    seen: Some(format!("steps of {}", series.step)),
                    evidence: series.frames,
                    ..note(rule, Blame::Endpoint, message)
                },
            ));
        }
    }
    findings
}

pub(super) fn note_losses(verdicts: &mut Verdicts, replay: &Replay, at: usize, facts: &Facts) {
    let Some(incarnation) = replay.connection.incarnations.get(at) else {
        return;
    };
    let holes: Vec<(i64, i64)> = Side::BOTH
        .iter()
        .flat_map(|&side| missed(&replay.cases, (at, side), incarnation))
        .collect();
    let octets: i64 = holes.iter().map(|(left, right)| right - left).sum();
    // What an acknowledgment or a window shows to have passed the tap, without telling how much.
    let shown = replay
        .cases
        .iter()
        .filter(|case| case.incarnation == at)
        .filter(|case| {
            replay.views(case).is_some_and(|(own, peer)| {
                case.rule_on(own, peer, facts.epsilon()) == Ruling::CaptureLoss
            })
        });
    let first_shown = shown.map(|case| case.accused.frame).min();
    if octets == 0 && first_shown.is_none() {
        return;
    }
    let message = match (octets, holes.len()) {
        (0, _) => "a segment shows that the capture missed others before it".to_owned(),
        (octets, places) => {
            format!("the capture missed {octets} acknowledged octets in {places} places")
        }
    };
    let frame = first_shown.or(incarnation.frames.map(|(_, last)| last));
    let finding = Finding {
        frame,
        ..note(&capture::capture_loss::RULE, Blame::Capture, message)
    };
    verdicts.findings.push((at, finding));
    if let Some(flow) = verdicts.flows.get_mut(at) {
        flow.tags.insert("capture-loss");
    }
}

/// The role of a side in an incarnation.
pub(super) fn role_of(incarnation: &Incarnation, side: Side) -> Option<Role> {
    incarnation.opener.map(|opener| {
        if opener == side {
            Role::Initiator
        } else {
            Role::Responder
        }
    })
}
