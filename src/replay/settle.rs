//! Brings the capture's facts to the cases of one 4-tuple: proof, blame and severity are decided here and nowhere else.

use super::case::{Case, Ruling};
use super::health::Facts;
use super::story::conclude;
use super::{Replay, states};
use crate::finding::{Finding, FlowRecord, Role};
use crate::flow::{Endpoint, Incarnation, Side};
use crate::rules::{Blame, Need, Proof, Rule, capture, network};
use crate::time::Span;

/// What the user chose about the judgement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// 2 MSL of the chosen profile; `None` judges by common practice.
    pub time_wait: Option<Span>,
}

/// The records of one 4-tuple. Capture, number and flow indices are the caller's to fill in.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// One record per incarnation.
    pub flows: Vec<FlowRecord>,
    /// Findings with the index of their flow in `flows`.
    pub findings: Vec<(usize, Finding)>,
}

/// Without a profile, a shorter stay than this is an error: no stack in common use stays less.
const SHORTEST_TIME_WAIT: Span = Span::from_secs(30);

/// The longest standard TIME-WAIT, that of RFC 9293 section 3.4.2.
const LONGEST_TIME_WAIT: Span = Span::from_secs(240);

impl Replay {
    /// Adds what this 4-tuple shows about the capture. Call once, when its record has ended.
    pub fn contribute(&self, facts: &mut Facts) {
        for incarnation in &self.connection.incarnations {
            for side in Side::BOTH {
                let (own, peer) = incarnation.view(side);
                facts.missed += u64::try_from(missed(own, peer).len()).unwrap_or(u64::MAX);
            }
        }
        for case in &self.cases {
            let Some((own, peer)) = self.views(case) else {
                continue;
            };
            match case.rule_on(own, peer, Facts::EPSILON) {
                Ruling::Swapped(span) => {
                    facts.swaps += 1;
                    facts.longest_swap = facts.longest_swap.max(span);
                }
                Ruling::CaptureLoss => facts.missed += 1,
                Ruling::Guilty(_) | Ruling::Undecided => {}
            }
        }
    }

    fn views(&self, case: &Case) -> Option<(&Endpoint, &Endpoint)> {
        Some(
            self.connection
                .incarnations
                .get(case.incarnation)?
                .view(case.side),
        )
    }

    fn inside_syns(&self) -> impl Iterator<Item = &Case> {
        self.notes
            .iter()
            .flat_map(|notes| &notes.inside_syns)
            .map(|inside| &inside.case)
            .filter(|case| case.returned)
    }
}

/// Octets of `own` that the peer acknowledged and the capture never saw, as holes.
fn missed(own: &Endpoint, peer: &Endpoint) -> Vec<(i64, i64)> {
    let (Some(start), Some(acked)) = (own.octets.start(), peer.ack_max) else {
        return Vec::new();
    };
    own.octets
        .holes(start, acked.across())
        .iter()
        .map(|(left, right)| (left.get(), right.get()))
        .collect()
}

/// Decides everything about one 4-tuple.
pub fn settle(mut replay: Replay, facts: &Facts, settings: &Settings) -> Verdicts {
    let mut verdicts = Verdicts::default();
    let count = replay.connection.incarnations.len();
    for at in 0..count {
        if let Some(record) = flow_record(&mut replay, at) {
            verdicts.flows.push(record);
        }
    }
    let cases: Vec<Case> = replay
        .cases
        .iter()
        .chain(replay.inside_syns())
        .cloned()
        .chain(second_isns(&replay))
        .collect();
    for case in &cases {
        if let Some(finding) = judge(&replay, case, facts, settings) {
            verdicts.findings.push((case.incarnation, finding));
        }
    }
    for (at, notes) in replay.notes.iter_mut().enumerate() {
        // A SYN with foreign marks that nobody answered with a SYN of its own was not the endpoint's.
        let incarnation = replay.connection.incarnations.get(at);
        let unanswered = incarnation
            .is_some_and(|inc| Side::BOTH.iter().any(|&side| !inc.ends.get(side).is_seen()));
        if unanswered && let Some(suspect) = notes.suspect.take() {
            notes.story.forged.push(suspect);
            if let Some(flow) = verdicts.flows.get_mut(at) {
                flow.tags.insert("forged-segment");
            }
        }
        for &(side, frame, time) in &notes.story.forged {
            verdicts.findings.push((
                at,
                forged_finding(frame, time, replay.connection.tuple.address(side)),
            ));
        }
    }
    for at in 0..replay.connection.incarnations.len() {
        note_losses(&mut verdicts, &replay, at, facts);
    }
    fold_exits(&replay, &mut verdicts);
    for case in replay.inside_syns() {
        if let Some(flow) = verdicts.flows.get_mut(case.incarnation) {
            flow.tags.remove("half-open");
        }
    }
    verdicts
}

/// A server that accepts an old SYN out of TIME-WAIT and then talks to nobody commits one fault: the data names it, the exit is its beginning.
fn fold_exits(replay: &Replay, verdicts: &mut Verdicts) {
    let early_data: Vec<(usize, Option<std::net::SocketAddr>)> = verdicts
        .findings
        .iter()
        .filter(|(_, finding)| finding.rule.name == "data-before-handshake")
        .map(|(at, finding)| (*at, finding.endpoint))
        .collect();
    for (at, endpoint) in early_data {
        let Some(old) = at.checked_sub(1) else {
            continue;
        };
        let stale = replay
            .connection
            .incarnations
            .get(at)
            .and_then(|inc| inc.fork_of)
            .is_some();
        if stale && let Some(flow) = verdicts.flows.get_mut(at) {
            flow.tags.extend(["two-way-handshake", "old-duplicate-syn"]);
        }
        let opened_by = replay
            .connection
            .incarnations
            .get(at)
            .and_then(|inc| inc.frames)
            .map(|(first, _)| first);
        let folded = |exit: &Finding| {
            exit.rule.name == "early-time-wait-exit"
                && exit.endpoint == endpoint
                && exit.frame == opened_by
        };
        let before = verdicts.findings.len();
        verdicts
            .findings
            .retain(|(flow, exit)| *flow != old || !folded(exit));
        let gone = u64::try_from(before - verdicts.findings.len()).unwrap_or(0);
        if let Some((_, finding)) = verdicts
            .findings
            .iter_mut()
            .find(|(flow, finding)| *flow == at && finding.rule.name == "data-before-handshake")
        {
            finding.alike += gone;
        }
    }
}

fn judge(replay: &Replay, case: &Case, facts: &Facts, settings: &Settings) -> Option<Finding> {
    let (own, peer) = replay.views(case)?;
    let Ruling::Guilty(proof) = case.rule_on(own, peer, facts.epsilon()) else {
        return None;
    };
    // What was a hint to begin with is explained by a capture that is known to have missed segments.
    let by_absence = !matches!(case.breach.need, Need::Nothing | Need::PeerSegment);
    if proof == Proof::Weak && by_absence && facts.hints_at_loss() {
        return None;
    }
    let mut blame = case.rule.blame;
    let mut proof = weigh(case, proof, facts);
    let mut message = case.breach.message.clone();
    let mut rule = case.rule;
    let ttls = &replay.ends.get(case.side).ttls;
    let fin = own
        .fin
        .filter(|fin| case.breach.witnesses.contains(&fin.frame));
    if ttls.is_lonely(case.accused.ttl) || fin.is_some_and(|fin| ttls.is_lonely(fin.ttl)) {
        (blame, proof, rule) = (
            Blame::ThirdParty,
            Proof::Weak,
            &network::forged_segment::RULE,
        );
    }
    if let Some(dwell) = case.dwell {
        let limit = settings.time_wait.unwrap_or(SHORTEST_TIME_WAIT);
        message = format!("{message}; {}", satisfied(dwell));
        if !facts.timed || dwell < Span::ZERO {
            return None;
        }
        if dwell >= limit {
            if settings.time_wait.is_some() || dwell >= LONGEST_TIME_WAIT {
                return None;
            }
            blame = Blame::Unknown;
        }
    }
    let role = replay
        .connection
        .incarnations
        .get(case.incarnation)
        .and_then(|incarnation| role_of(incarnation, case.side));
    let mut evidence = case.breach.witnesses.clone();
    evidence.push(case.accused.frame);
    evidence.sort_unstable();
    evidence.dedup();
    Some(Finding {
        capture: 0,
        flow: None,
        frame: Some(case.accused.frame),
        time: case.accused.time,
        offset: None,
        endpoint: (blame == Blame::Endpoint || blame == Blame::Unknown)
            .then(|| replay.connection.tuple.address(case.side)),
        role: role.filter(|_| blame == Blame::Endpoint || blame == Blame::Unknown),
        rule,
        severity: rule.severity(blame, proof),
        blame,
        proof,
        message,
        expected: Some(case.breach.expected.clone()),
        seen: Some(case.breach.seen.clone()),
        evidence,
        alibi: alibi(replay, case),
        alike: case.alike,
    })
}

/// How strong the proof is once the whole capture is known.
fn weigh(case: &Case, proof: Proof, facts: &Facts) -> Proof {
    let absence = !matches!(case.breach.need, Need::Nothing);
    let unverified = if case.accused.verified {
        proof
    } else {
        proof.min(Proof::Strong)
    };
    // Where the accused contradicts itself, no missing segment could acquit it.
    if absence && !case.retreated && (facts.hints_at_loss() || case.accused.echoes_unseen) {
        return Proof::Weak;
    }
    unverified
}

/// The segment that would acquit, in words.
fn alibi(replay: &Replay, case: &Case) -> Option<String> {
    let peer = replay.connection.tuple.address(case.side.other()).ip();
    let frame = case.accused.frame;
    match case.breach.need {
        Need::Nothing => None,
        Need::PeerOctets(upto) => Some(format!(
            "would be legal if the capture missed octets {}..{upto} of {peer} before frame {frame}",
            case.accused.peer_prefix
        )),
        Need::PeerAck(upto) => Some(format!(
            "would be legal if the capture missed a segment of {peer} with ACK ≥ {upto} before frame {frame}"
        )),
        Need::PeerEdge(edge) => Some(format!(
            "would be legal if the capture missed a window of {peer} up to {edge} before frame {frame}"
        )),
        Need::PeerSyn(iss) => Some(format!(
            "would be legal if the capture missed a SYN of {peer} with SEQ {iss} before frame {frame}"
        )),
        Need::PeerSegment => Some(format!(
            "would be legal if the capture missed a segment of {peer} that these numbers answer before frame {frame}"
        )),
    }
}

/// The largest standard 2 MSL that a stay satisfies.
fn satisfied(dwell: Span) -> String {
    const STANDARDS: [(i64, &str); 5] = [
        (240, "RFC 9293 (240 s)"),
        (120, "Windows (120 s)"),
        (60, "Linux and BSD (60 s)"),
        (30, "macOS (30 s)"),
        (10, "smoltcp (10 s)"),
    ];
    match STANDARDS
        .iter()
        .find(|(secs, _)| dwell >= Span::from_secs(*secs))
    {
        Some((_, name)) => format!("short of RFC 9293's 240 s, satisfies {name}"),
        None => "short of every standard 2 MSL".into(),
    }
}

/// SYN-ACKs with a second number for one SYN whose sender then went on with the first number.
fn second_isns(replay: &Replay) -> Vec<Case> {
    replay.second_isn_cases()
}

fn flow_record(replay: &mut Replay, at: usize) -> Option<FlowRecord> {
    let tuple = *replay.tuple();
    let reused = at > 0;
    let (incarnation, notes) = (
        replay.connection.incarnations.get(at)?,
        replay.notes.get_mut(at)?,
    );
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
    let first = incarnation
        .opener
        .unwrap_or_else(|| first_sender(incarnation));
    let (a, b) = incarnation.view(first);
    let acknowledged = |own: &Endpoint, peer: &Endpoint| {
        peer.ack_max.map_or(0, |ack| {
            u64::try_from(ack.across() - own.octets.start().unwrap_or_default()).unwrap_or(0)
        })
    };
    let lost = |own: &Endpoint, peer: &Endpoint| {
        missed(own, peer)
            .iter()
            .map(|(left, right)| u64::try_from(right - left).unwrap_or(0))
            .sum()
    };
    if !missed(a, b).is_empty() || !missed(b, a).is_empty() {
        notes.story.tags.insert("capture-loss");
    }
    Some(FlowRecord {
        capture: 0,
        number: 0,
        incarnation: u32::try_from(at + 1).unwrap_or(u32::MAX),
        first: tuple.address(first),
        second: tuple.address(first.other()),
        roles_known: incarnation.opener.is_some(),
        states: [states(a, b), states(b, a)],
        handshake,
        release,
        segments: [a.kept.segments, b.kept.segments],
        octets: [a.kept.octets, b.kept.octets],
        missed: [lost(a, b), lost(b, a)],
        acknowledged: [acknowledged(a, b), acknowledged(b, a)],
        sequence_bearing: a.kept.sequence_bearing + b.kept.sequence_bearing,
        retransmissions: [a.kept.retransmissions, b.kept.retransmissions],
        frames: incarnation.frames.unwrap_or_default(),
        times: incarnation.times,
        tags: notes.story.tags.clone(),
    })
}

fn first_sender(incarnation: &Incarnation) -> Side {
    if incarnation.ends.get(Side::Low).is_seen() {
        Side::Low
    } else {
        Side::High
    }
}

fn note(rule: &'static Rule, blame: Blame, message: String) -> Finding {
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

fn forged_finding(
    frame: u64,
    time: Option<crate::time::Timestamp>,
    name: std::net::SocketAddr,
) -> Finding {
    let message = format!(
        "somebody else sent this segment in the name of {name}: its IP marks fit none of that endpoint's own segments"
    );
    Finding {
        frame: Some(frame),
        time,
        evidence: vec![frame],
        ..note(&network::forged_segment::RULE, Blame::ThirdParty, message)
    }
}

fn note_losses(verdicts: &mut Verdicts, replay: &Replay, at: usize, facts: &Facts) {
    let Some(incarnation) = replay.connection.incarnations.get(at) else {
        return;
    };
    let holes: Vec<(i64, i64)> = Side::BOTH
        .iter()
        .flat_map(|&side| {
            missed(
                incarnation.ends.get(side),
                incarnation.ends.get(side.other()),
            )
        })
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
