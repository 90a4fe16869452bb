//! Brings the capture's facts to the cases of one 4-tuple: proof, blame and severity are decided here and nowhere else.

use super::Replay;
use super::alibi::alibi;
use super::case::Case;
use super::flow_record::{flow_record, forged_finding, note_losses, predictable, role_of};
use super::health::{Facts, missed};
use super::notes;
use super::profiles::{self, Profiles};
use super::ruling::Ruling;
use super::tap::Tap;
use crate::finding::{Finding, FlowRecord, Step};
use crate::flow::{Endpoint, Pair, Side};
use crate::rules::{Blame, Need, Proof, network};
use crate::tcp::Seq;
use crate::time::Span;

/// What the user chose about the judgement.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What hosts run, and the longest life of a segment; what is not said is judged by common practice.
    pub profiles: Profiles,
    /// Whether what tags tell becomes notes as well.
    pub notes: bool,
    /// Where the capture was taken, as the user says.
    pub tap: Tap,
}

/// The records of one 4-tuple. Capture, number and flow indices are the caller's to fill in.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// One record per incarnation.
    pub flows: Vec<FlowRecord>,
    /// Findings with the index of their flow in `flows`.
    pub findings: Vec<(usize, Finding)>,
    /// The steps of a watched connection; `flow` is the index in `flows`.
    pub steps: Vec<Step>,
}

impl Verdicts {
    /// Whether nothing is to be said but that the connections were there.
    pub fn is_quiet(&self) -> bool {
        self.findings.is_empty() && self.steps.is_empty()
    }
}

impl Replay {
    /// Adds what this 4-tuple shows about the capture. Call once, when its record has ended.
    pub fn contribute(&self, facts: &mut Facts) {
        self.contribute_alone(facts);
        self.contribute_openings(&mut facts.openings);
    }

    /// The same without the numbers that its hosts chose, which only tell anything beside those of other connections.
    pub fn contribute_alone(&self, facts: &mut Facts) {
        let tallies = Pair::new(
            self.ends.get(Side::Low).tally,
            self.ends.get(Side::High).tally,
        );
        let thirds = self.notes.iter().map(|notes| notes.story.round_trip.1);
        let incarnations = self.connection.incarnations.iter().zip(thirds);
        facts.taps.hear(self.tuple(), &tallies, incarnations);
        facts.clock_steps += self.clock.steps();
        for (at, incarnation) in self.connection.incarnations.iter().enumerate() {
            if self.is_resumed(at) {
                continue;
            }
            for side in Side::BOTH {
                for hole in missed(&self.cases, (at, side), incarnation) {
                    let (own, _) = incarnation.view(side);
                    let ends = (Seq::relative(hole.0), Seq::relative(hole.1));
                    facts.missed += 1;
                    facts.damaged += u64::from(own.only_damaged(ends, u64::MAX).is_some());
                }
            }
        }
        for case in &self.cases {
            let Some((own, peer)) = self.views(case) else {
                continue;
            };
            if let Some(lead) = case.came_after.filter(|lead| *lead <= Facts::LEAD) {
                facts.early_answers += u64::from(lead > Facts::EPSILON);
                facts.longest_lead = facts.longest_lead.max(lead);
            }
            match case.rule_on(own, peer, Facts::EPSILON) {
                Ruling::Swapped(span) => {
                    facts.swaps += 1;
                    facts.longest_swap = facts.longest_swap.max(span);
                }
                // What was there before memory was short is no loss; a swap is one whatever came before it.
                Ruling::CaptureLoss if self.is_resumed(case.incarnation) => {}
                Ruling::CaptureLoss => {
                    facts.missed += 1;
                    let damaged = self.only_damaged(case, Facts::EPSILON);
                    facts.damaged += u64::from(damaged.is_some());
                }
                Ruling::Guilty(_) | Ruling::Undecided => {}
            }
        }
    }

    pub(super) fn views(&self, case: &Case) -> Option<(&Endpoint, &Endpoint)> {
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

/// Decides everything about one 4-tuple.
pub fn settle(mut replay: Replay, facts: &Facts, settings: &Settings) -> Verdicts {
    let mut verdicts = Verdicts {
        steps: replay.finish_steps(),
        ..Verdicts::default()
    };
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
        .chain(replay.omissions(&settings.profiles))
        .chain(replay.takers_of_damaged(facts))
        .collect();
    let mut guilty: Vec<(&Case, usize)> = Vec::new();
    for case in &cases {
        let Some(finding) = judge(&replay, case, facts, settings) else {
            continue;
        };
        let cause = guilty.iter().find(|(earlier, _)| earlier.brings(case));
        match cause.and_then(|&(_, index)| verdicts.findings.get_mut(index)) {
            Some((_, first)) => first.alike += 1 + case.alike,
            None => {
                guilty.push((case, verdicts.findings.len()));
                verdicts.findings.push((case.incarnation, finding));
            }
        }
    }
    for (at, kept) in replay.notes.iter_mut().enumerate() {
        // A SYN with foreign marks that nobody answered with a SYN of its own was not the endpoint's.
        let incarnation = replay.connection.incarnations.get(at);
        let unanswered = incarnation
            .is_some_and(|inc| Side::BOTH.iter().any(|&side| !inc.ends.get(side).is_seen()));
        if unanswered && let Some(suspect) = kept.suspect.take() {
            kept.story.forged.push(suspect);
            if let Some(flow) = verdicts.flows.get_mut(at) {
                flow.tags.insert("forged-segment");
            }
        }
        for side in Side::BOTH {
            let name = replay.connection.tuple.address(side);
            let of_side = kept
                .story
                .forged
                .iter()
                .filter(|(whose, ..)| *whose == side);
            let mut frames: Vec<_> = of_side.map(|&(_, frame, time)| (frame, time)).collect();
            frames.sort_unstable_by_key(|(frame, _)| *frame);
            let finding = forged_finding(&frames, name);
            verdicts.findings.extend(finding.map(|one| (at, one)));
        }
    }
    for (at, finding) in predictable(&replay, facts) {
        verdicts.findings.push((at, finding));
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
    if settings.notes {
        notes::told(&mut verdicts, &replay);
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
    let corrupted = case.accused.wrong_sum && replay.ends.get(case.side).good > 0;
    if corrupted
        || replay.may_be_reborn(case)
        || replay.is_renumbered(case)
        || replay.is_borne_out(case)
        || replay.both_stamp(case)
    {
        return None;
    }
    let proof = proof.min(vouched(case, facts)?);
    // What was a hint to begin with is explained by a capture that is known to have missed segments.
    let by_absence = !matches!(
        case.breach.need,
        Need::Nothing | Need::PeerSegment | Need::PeerReset
    );
    let loses = match case.breach.need {
        Need::WholeCopy(_) => facts.hints_at_loss_beside_damage(),
        _ => facts.hints_at_loss(),
    };
    if proof == Proof::Weak && by_absence && loses {
        return None;
    }
    let mut blame = case.rule.blame;
    let doubtful = Side::BOTH
        .iter()
        .any(|&side| replay.ends.get(side).doubtful);
    let mut proof = if doubtful {
        Proof::Weak
    } else {
        let proof = replay.proof_from_the_middle(case, weigh(case, proof, facts));
        replay.proof_if_apart(case, proof)?
    };
    proof = replay.proof_from_here(case, proof, facts, settings.tap)?;
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
    let host = replay.tuple().address(case.side).ip();
    if let Some(dwell) = case.dwell {
        if !facts.tells_spans() || dwell < Span::ZERO {
            return None;
        }
        message = format!("{message}; {}", profiles::satisfied(dwell));
        let permitted = settings.profiles.permit_stay(dwell, host)?;
        if let Some(permitted) = permitted {
            blame = Blame::Unknown;
            message.push_str(&permitted);
        }
    }
    let profile = settings
        .profiles
        .of(host)
        .filter(|_| blame == Blame::Endpoint);
    if let Some((profile, because)) =
        profile.and_then(|profile| Some((profile, profile.permits(rule.name)?)))
    {
        blame = Blame::Unknown;
        message = format!(
            "{message}; the profile {} permits it: {because}",
            profile.name()
        );
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

/// How far the segment's word can be taken: a bit may have been flipped on the path, unless its checksum was verified, the peer took
/// it, or other segments say the same. `None` where other segments were corrupted, or where any bit would do.
fn vouched(case: &Case, facts: &Facts) -> Option<Proof> {
    let told_again = case.accepted && !case.repeated || case.told_again;
    if case.accused.verified || told_again {
        return Some(Proof::Certain);
    }
    match (
        case.accused.flipped,
        facts.corrupted > 0 || case.rule.variable.is_one_field(),
    ) {
        (false, false) => Some(Proof::Strong),
        (true, false) => Some(Proof::Weak),
        (_, true) => None,
    }
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
    if absence && !case.retreated_by_clock && (facts.hints_at_loss() || case.accused.echoes_unseen)
    {
        return Proof::Weak;
    }
    unverified
}

/// SYN-ACKs with a second number for one SYN whose sender then went on with the first number.
fn second_isns(replay: &Replay) -> Vec<Case> {
    replay.second_isn_cases()
}
