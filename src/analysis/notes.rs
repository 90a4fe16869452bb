//! Findings about the capture itself, as far as the file and its frames tell them.

use crate::capture;
use crate::finding::{Finding, Said, Skipped};
use crate::rules::{self, Blame, Check, Proof, RULES};
use crate::wire;
use std::collections::BTreeSet;

/// One note for each place where the file is damaged.
pub(super) fn damage(file: &capture::FileFacts) -> Vec<Finding> {
    let finding = |fault: &capture::Fault| Finding {
        offset: Some(fault.offset),
        frame: fault.frame,
        ..capture_note(&rules::capture::truncated_file::RULE, fault.text.clone())
    };
    file.faults.iter().map(finding).collect()
}

/// One note for each pair of IP fragments that cannot both be right.
pub(super) fn fragments(disagreements: &[wire::Disagreement]) -> Vec<Finding> {
    let finding = |told: &wire::Disagreement| {
        let (first, second) = told.frames;
        let message = format!(
            "fragments of the datagram {} > {} with identification {} disagree (frames {first} and {second})",
            told.source, told.destination, told.id
        );
        Finding {
            frame: Some(second),
            blame: Blame::Unknown,
            evidence: vec![first, second],
            ..capture_note(&rules::network::disagreeing_fragments::RULE, message)
        }
    };
    disagreements.iter().map(finding).collect()
}

fn capture_note(rule: &'static rules::Rule, message: String) -> Finding {
    Finding {
        capture: 0,
        flow: None,
        frame: None,
        time: None,
        offset: None,
        endpoint: None,
        role: None,
        rule,
        severity: rule.severity(Blame::Capture, Proof::Certain),
        blame: Blame::Capture,
        proof: Proof::Certain,
        message,
        expected: None,
        seen: None,
        evidence: Vec::new(),
        alibi: None,
        alike: 0,
    }
}

/// What the tags of a capture say, as notes. What tags of its connections say stands there.
pub(super) fn tags(tags: &BTreeSet<&'static str>, capture: usize) -> Vec<Finding> {
    let of_the_capture = tags
        .iter()
        .filter(|tag| !super::quiet::CAPTURE_TAGS.contains(tag));
    of_the_capture
        .flat_map(|tag| RULES.iter().filter(move |rule| rule.name == *tag))
        .filter(|rule| matches!(rule.check, Check::Tag))
        .map(|rule| Finding {
            capture,
            ..capture_note(rule, rule.summary.to_owned())
        })
        .collect()
}

/// What was not decoded and counts like a loss.
pub(super) fn undecoded(skipped: &[Skipped]) -> Option<Finding> {
    let lossy: Vec<_> = skipped.iter().filter(|skipped| skipped.lossy).collect();
    let frames: u64 = lossy.iter().map(|skipped| skipped.frames).sum();
    let reasons: Vec<String> = lossy
        .iter()
        .map(|skipped| format!("{} {}", skipped.frames, skipped.reason))
        .collect();
    let message = format!(
        "{frames} frames that may hold TCP were not decoded ({}); they count like losses",
        reasons.join(", ")
    );
    (frames > 0).then(|| capture_note(&rules::capture::undecodable_frames::RULE, message))
}

/// What the file says in words.
pub(super) fn said(file: &capture::FileFacts) -> Said {
    let labels = &file.labels;
    let comments = labels.comments.iter();
    Said {
        parts: file.parts.clone(),
        names: labels.names.clone().into_iter().collect(),
        comments: comments
            .map(|comment| (comment.frame, comment.text.clone()))
            .collect(),
        more_comments: labels.more_comments,
    }
}
