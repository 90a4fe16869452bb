//! The reasoning: replays both endpoints of every incarnation of one 4-tuple and asks the rules (one step per segment).
//!
//! A verdict is a pure function of one connection's segments in order and of the capture's facts: [`Replay`] holds the
//! former, [`settle`] brings in the latter when the record has ended. Nothing here reads a file or a clock.

mod case;
mod endpoint;
mod health;
mod settle;
mod story;
mod time_wait;

pub use health::Facts;
pub use settle::{Settings, Verdicts, settle};

use crate::flow::{
    Connection, Endpoint, FourTuple, Observation, Pair, Placed, ResetRecord, Side, TtlTrail,
};
use crate::rules::{
    Breach, Check, Context, Emission, Need, Proof, RULES, Trigger, closing, handshake,
};
use crate::tcp::{Checksum, Foreign, Local, Segment, Sent, Seq};
use case::{Case, Variable};
use endpoint::states;
use story::Story;
use time_wait::{Exit, Watch};

/// How many accusations one 4-tuple can hold; further ones are counted.
const CASES: usize = 256;

/// The replay of one 4-tuple.
#[derive(Debug)]
pub struct Replay {
    connection: Connection,
    notes: Vec<Notes>,
    cases: Vec<Case>,
    suppressed: u64,
    ends: Pair<Sender>,
    last: Option<(Side, u64, bool)>,
}

/// What is kept of an address over all incarnations.
#[derive(Clone, Debug, Default)]
struct Sender {
    ttls: TtlTrail,
    good: u64,
    last_id: Option<u16>,
    stamped: bool,
    odd_acks: Vec<crate::tcp::SeqNum>,
    bare_syn_frame: Option<u64>,
}

/// What is kept of an incarnation beside its record.
#[derive(Debug, Default)]
struct Notes {
    story: Story,
    watches: Pair<Watch>,
    inside_syns: Vec<InsideSyn>,
}

/// A SYN inside a synchronised connection, until the endpoint goes on with its old numbers.
#[derive(Debug)]
struct InsideSyn {
    side: Side,
    case: Case,
    peer_prefix: Seq<Foreign>,
}

impl Replay {
    /// A 4-tuple without traffic.
    pub fn new(tuple: FourTuple) -> Self {
        Self {
            connection: Connection::new(tuple),
            notes: Vec::new(),
            cases: Vec::new(),
            suppressed: 0,
            ends: Pair::default(),
            last: None,
        }
    }

    /// The tuple.
    pub const fn tuple(&self) -> &FourTuple {
        &self.connection.tuple
    }

    /// Takes in the next segment of the record.
    pub fn observe(&mut self, seen: &Observation, facts: &mut Facts) {
        let (side, segment) = (seen.side, &seen.segment);
        let sender = self.ends.get_mut(side);
        if segment.checksum == Checksum::Good {
            sender.good += 1;
        } else if segment.checksum == Checksum::Bad && sender.good > 0 {
            // Any bit of it may be the flipped one: no field of it is evidence against its sender.
            facts.corrupted += 1;
            self.note_corruption(side, segment);
            return;
        }
        let placed = self.connection.place(side, segment);
        self.notes
            .resize_with(self.connection.incarnations.len(), Notes::default);
        self.take(seen, placed, facts);
        self.last = Some((side, seen.frame, segment.rst()));
    }

    fn note_corruption(&mut self, side: Side, segment: &Segment) {
        let at = self.connection.incarnations.len().checked_sub(1);
        if let Some(notes) = at.and_then(|at| self.notes.get_mut(at)) {
            notes.story.corrupted(side, segment);
        }
    }

    fn take(&mut self, seen: &Observation, placed: Placed, facts: &mut Facts) {
        let (at, side, segment) = (placed.index(), seen.side, &seen.segment);
        let Some(sent) = self
            .connection
            .incarnations
            .get(at)
            .map(|inc| inc.unwrap(side, segment))
        else {
            return;
        };
        if let Some(notes) = self.notes.get_mut(at)
            && self.connection.tuple.is_self_connection()
        {
            notes.story.self_connection();
        }
        if self.is_forged(at, side, segment) {
            if let Some(notes) = self.notes.get_mut(at) {
                notes.story.forged(side, seen);
            }
            return;
        }
        self.judge_exits(seen, placed);
        let breaches = if self.connection.tuple.is_self_connection() {
            Vec::new()
        } else {
            self.judge(seen, placed, &sent)
        };
        let tainted: Vec<Variable> = breaches
            .iter()
            .map(|(rule, _)| Variable::of(rule))
            .collect();
        if self
            .connection
            .incarnations
            .get(at)
            .is_some_and(|inc| inc.ends.get(side).is_seen() && segment.has_ack())
        {
            let unseen = self
                .emission(at, side, sent, Context::default())
                .is_some_and(|e| e.echoes_unseen() && !segment.rst() && !segment.syn());
            facts.unseen_echoes += u64::from(unseen);
        }
        for (rule, breach) in breaches {
            self.accuse(rule, breach, seen, at, &sent);
        }
        self.record(seen, placed, &sent, &tainted);
    }

    /// A RST, or a SYN inside a connection, whose IP marks say that somebody else sent it.
    fn is_forged(&self, at: usize, side: Side, segment: &Segment) -> bool {
        let sender = self.ends.get(side);
        let Some(own) = self
            .connection
            .incarnations
            .get(at)
            .map(|inc| inc.ends.get(side))
        else {
            return false;
        };
        let newcomer =
            segment.is_bare_syn() && self.connection.incarnations.len() > 1 && !own.is_seen();
        let suspicious = segment.rst() && own.is_seen() || newcomer;
        // A reply without a socket has no timestamps and IP-ID 0, but it never repeats the IP-ID of the endpoint's last segment.
        let repeats_id =
            segment.marks.ip_id.is_some_and(|id| id != 0) && segment.marks.ip_id == sender.last_id;
        let unstamped = sender.stamped && segment.options.timestamps.is_none() && segment.wnd != 0;
        suspicious && (sender.ttls.is_strange(segment.marks.ttl) || repeats_id && unstamped)
    }

    fn emission<'a>(
        &'a self,
        at: usize,
        side: Side,
        sent: Sent<'a>,
        context: Context,
    ) -> Option<Emission<'a>> {
        let (own, peer) = self.connection.incarnations.get(at)?.view(side);
        Some(Emission {
            sent,
            own,
            peer,
            context,
        })
    }

    /// Asks every rule whose trigger the segment meets; of several about one variable the later stage of the connection speaks.
    fn judge(
        &self,
        seen: &Observation,
        placed: Placed,
        sent: &Sent<'_>,
    ) -> Vec<(&'static crate::rules::Rule, Breach)> {
        let context = self.context(seen, placed, sent);
        let Some(emission) = self.emission(placed.index(), seen.side, *sent, context) else {
            return Vec::new();
        };
        let traits = Trigger::of(&seen.segment);
        let mut breaches: Vec<(&'static crate::rules::Rule, Breach)> = Vec::new();
        for rule in RULES.iter().copied() {
            let Check::Emission { when, guard } = rule.check else {
                continue;
            };
            if !traits.meets(when) {
                continue;
            }
            if let Err(breach) = guard(&emission) {
                let variable = Variable::of(rule);
                match breaches
                    .iter_mut()
                    .find(|(other, _)| Variable::of(other) == variable)
                {
                    Some(slot) if rule.code.starts_with("TCP4") => *slot = (rule, breach),
                    Some(_) => {}
                    None => breaches.push((rule, breach)),
                }
            }
        }
        breaches
    }

    fn context(&self, seen: &Observation, placed: Placed, sent: &Sent<'_>) -> Context {
        let (at, side, segment) = (placed.index(), seen.side, &seen.segment);
        let Some(incarnation) = self.connection.incarnations.get(at) else {
            return Context::default();
        };
        let (own, peer) = incarnation.view(side);
        let since_reset = own
            .reset
            .and_then(|reset| Some(seen.time?.since(reset.time?).nanos()));
        let answers_reset = match (segment.rst(), self.last, peer.reset) {
            (true, Some((last, frame, true)), Some(reset)) if last != side => {
                let takes_ack = reset.ack.is_some_and(|ack| ack.across() == sent.seq);
                let takes_seq =
                    sent.ack.is_some_and(|ack| ack.across() == reset.seq) && segment.seq.0 == 0;
                (takes_ack || takes_seq).then_some(frame)
            }
            _ => None,
        };
        Context {
            opener: incarnation.opener == Some(side),
            stray: matches!(placed, Placed::Stray(_)),
            since_reset,
            reset_is_explained: !segment.rst() || self.explains_reset(side, segment),
            answers_reset,
        }
    }

    /// RFC 9293 section 3.5.2 over all incarnations: SEQ from an ACK of the peer or from the own stream, or SEQ 0 with the ACK of what the peer sent.
    fn explains_reset(&self, side: Side, segment: &Segment) -> bool {
        if self.ends.get(side.other()).odd_acks.contains(&segment.seq) {
            return true;
        }
        self.connection.incarnations.iter().any(|incarnation| {
            let sent = incarnation.unwrap(side, segment);
            let (own, peer) = incarnation.view(side);
            let low = own.known.start().unwrap_or(own.snd_max).min(Seq::SYN);
            let seen = peer.ack_max.map(Seq::<Foreign>::across);
            let edge = peer.edge_max.map(Seq::<Foreign>::across);
            let high = [Some(own.snd_max), own.empty_max, seen, edge]
                .into_iter()
                .flatten()
                .max()
                .unwrap_or(own.snd_max);
            let own_stream = own.anchor.is_some()
                && (own.is_seen() || seen.is_some())
                && (low..=high).contains(&sent.seq);
            let peer_low = peer.known.start().unwrap_or(peer.snd_max);
            let answers = segment.seq.0 == 0
                && peer.is_seen()
                && sent
                    .ack
                    .is_some_and(|ack| (peer_low + 1..=peer.snd_max).contains(&ack.across()));
            let unbounded = !own.bounded && own.is_seen() || !peer.is_seen();
            own_stream || answers || unbounded
        })
    }

    fn accuse(
        &mut self,
        rule: &'static crate::rules::Rule,
        breach: Breach,
        seen: &Observation,
        at: usize,
        sent: &Sent<'_>,
    ) {
        let variable = Variable::of(rule);
        let known = self.cases.iter_mut().find(|case| {
            case.tainting
                && case.side == seen.side
                && case.incarnation == at
                && Variable::of(case.rule) == variable
        });
        if let Some(case) = known {
            case.alike += 1;
            // A consequence may ask for more than the fault itself: what was needed grows with it.
            if let (Need::PeerOctets(old), Need::PeerOctets(new)) = (case.breach.need, breach.need)
                && new > old
                && case.rule == rule
            {
                case.came_after = None;
                case.breach.need = breach.need;
            }
            return;
        }
        if self.cases.len() >= CASES {
            self.suppressed += 1;
            return;
        }
        let Some(emission) = self.emission(at, seen.side, *sent, Context::default()) else {
            return;
        };
        let case = Case::open(
            rule,
            seen.side,
            at,
            (seen.frame, seen.time),
            &emission,
            breach,
        );
        self.cases.push(case);
    }

    /// Takes the segment into the record: what a breach contradicts is not believed.
    fn record(
        &mut self,
        seen: &Observation,
        placed: Placed,
        sent: &Sent<'_>,
        tainted: &[Variable],
    ) {
        let (at, side, segment) = (placed.index(), seen.side, &seen.segment);
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        incarnation.touch(seen.frame, seen.time);
        let own = incarnation.ends.get_mut(side);
        own.count(segment);
        let stray = matches!(placed, Placed::Stray(_));
        let mut fresh = 0;
        if segment.syn() && !stray && !segment.rst() {
            own.bounded = true;
            own.record_syn(sent, seen.frame, seen.time);
        }
        if !stray && !tainted.contains(&Variable::Seq) {
            fresh = own.record_octets(sent, seen.frame, seen.time);
        } else if !stray && tainted.contains(&Variable::Seq) {
            // The octets exist, and the peer may acknowledge them; they say nothing about where the stream stands.
            own.known.insert(sent.seq, sent.end());
        }
        let believes_ack = !tainted.contains(&Variable::Ack) && !stray;
        if believes_ack {
            own.record_ack(sent, seen.frame);
        }
        let ends_before = own.ack_max.is_some();
        if believes_ack {
            self.record_edge(at, side, sent);
        }
        self.remember_sender(seen, placed, sent);
        if segment.rst() {
            self.record_reset(at, seen, sent, ends_before);
        }
        self.synchronize(at, side, sent);
        self.tell(seen, placed, sent, fresh);
    }

    fn record_edge(&mut self, at: usize, side: Side, sent: &Sent<'_>) {
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        let Some(ack) = sent.ack.filter(|_| !sent.segment.rst()) else {
            if sent.segment.is_bare_syn() {
                // The window of a bare SYN counts from the number that the peer has not chosen yet: its first octet.
                let own = incarnation.ends.get_mut(side);
                own.edge_max = own
                    .edge_max
                    .max(Some(Seq::FIRST + i64::from(sent.segment.wnd)));
            }
            return;
        };
        let (own, peer) = incarnation.view(side);
        let shift = if sent.segment.syn() {
            0
        } else {
            own.window_shift(peer).unwrap_or(14)
        };
        let edge = ack + (i64::from(sent.segment.wnd) << shift);
        let own = incarnation.ends.get_mut(side);
        own.edge_max = own.edge_max.max(Some(edge));
    }

    fn remember_sender(&mut self, seen: &Observation, placed: Placed, sent: &Sent<'_>) {
        let (segment, sender) = (&seen.segment, self.ends.get_mut(seen.side));
        let opens = matches!(
            placed,
            Placed::Opens(_) | Placed::Crosses(_) | Placed::Answers(_)
        ) && self.connection.incarnations.len() == 1;
        if !segment.rst() && !segment.syn() || opens {
            sender.ttls.trust(segment.marks.ttl);
        }
        if !segment.rst() {
            sender.last_id = segment.marks.ip_id;
            sender.stamped = segment.options.timestamps.is_some();
        }
        if segment.is_bare_syn() {
            sender.bare_syn_frame = Some(seen.frame);
        }
        let odd = match self.connection.incarnations.get(placed.index()) {
            Some(incarnation) => sent.ack.is_some_and(|ack| {
                let peer = incarnation.ends.get(seen.side.other());
                !(Seq::SYN..=peer.snd_max).contains(&ack.across()) || !peer.is_seen()
            }),
            None => false,
        };
        if odd && sender.odd_acks.len() < 64 && !sender.odd_acks.contains(&segment.ack) {
            sender.odd_acks.push(segment.ack);
        }
    }

    fn record_reset(&mut self, at: usize, seen: &Observation, sent: &Sent<'_>, was_open: bool) {
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        let (own, peer) = incarnation.view(seen.side);
        let synchronized =
            was_open && (peer.ack_max.is_some_and(|ack| ack >= Seq::FIRST) || !own.iss_known());
        let una = peer.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across);
        let at_own_end = sent.seq >= una && sent.seq <= own.snd_max.max(una);
        let reset = ResetRecord {
            frame: seen.frame,
            time: seen.time,
            seq: sent.seq,
            ack: sent.ack,
            tsval: seen.segment.options.timestamps.map(|ts| ts.val),
            ends: synchronized && at_own_end,
        };
        let own = incarnation.ends.get_mut(seen.side);
        if own.reset.is_none_or(|old| !old.ends) {
            own.reset = Some(reset);
        }
    }

    /// A point where both sides agree bounds what was unseen before, and clears taint.
    fn synchronize(&mut self, at: usize, side: Side, sent: &Sent<'_>) {
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        let (own, peer) = incarnation.view(side);
        let agrees = sent.ack.is_some_and(|ack| {
            peer.is_seen() && ack.across() == peer.snd_max && peer.prefix_end() == peer.snd_max
        });
        let both = agrees
            && own.snd_max <= peer.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across)
            && own.kept.sequence_bearing > 0;
        if agrees {
            let own_joined =
                own.iss_known() || peer.ack_max.is_some_and(|ack| ack.across() == own.snd_max);
            incarnation.ends.get_mut(side.other()).bounded = true;
            if own_joined {
                incarnation.ends.get_mut(side).bounded = true;
            }
        }
        if both {
            for case in self
                .cases
                .iter_mut()
                .filter(|case| case.incarnation == at && Variable::of(case.rule) != Variable::Reset)
            {
                let settled = case.retreated
                    || case.returned
                    || case.peer_denies
                    || matches!(case.breach.need, Need::Nothing);
                if settled && Variable::of(case.rule) != Variable::Seq {
                    case.tainting = false;
                }
            }
        }
    }

    /// Lets cases, TIME-WAIT clocks and stories hear the segment.
    fn tell(&mut self, seen: &Observation, placed: Placed, sent: &Sent<'_>, fresh: i64) {
        let (at, side) = (placed.index(), seen.side);
        let Some(incarnation) = self.connection.incarnations.get(at) else {
            return;
        };
        let (own, peer) = incarnation.view(side);
        let shift = own.window_shift(peer).unwrap_or(14);
        for case in self.cases.iter_mut().filter(|case| case.incarnation == at) {
            if case.side != side {
                case.hear_peer(sent, own, shift, fresh > 0, seen.time);
            } else if case.accused.frame != seen.frame {
                case.hear_accused(sent, fresh > 0);
            }
        }
        let Some(notes) = self.notes.get_mut(at) else {
            return;
        };
        notes
            .watches
            .get_mut(side.other())
            .hear_peer(sent, seen.frame, seen.time);
        let reacked = notes.watches.get_mut(side).hear_own(sent, peer);
        let entered = notes.watches.get(side).entered(own, peer);
        notes.story.tell(
            seen,
            placed,
            sent,
            &story::Scene {
                own,
                peer,
                fresh,
                reacked,
                time_wait: entered,
            },
        );
        for inside in notes
            .inside_syns
            .iter_mut()
            .filter(|inside| inside.side == side && inside.case.accused.frame != seen.frame)
        {
            inside.hear(sent);
        }
        self.note_inside_syn(seen, placed, sent);
    }

    /// A SYN on a 4-tuple whose newest open incarnation is synchronised: legal after a restart, a fault if the old numbers go on.
    fn note_inside_syn(&mut self, seen: &Observation, placed: Placed, sent: &Sent<'_>) {
        let Placed::Opens(new) = placed else { return };
        let Some(old) = new.checked_sub(1) else {
            return;
        };
        let Some(incarnation) = self.connection.incarnations.get(old) else {
            return;
        };
        let (own, peer) = incarnation.view(seen.side);
        let synchronized = own.ack_max.is_some()
            && peer.is_seen()
            && own.fin.is_none()
            && own.reset.is_none()
            && peer.reset.is_none();
        if !synchronized {
            return;
        }
        let iss = own.anchor.map_or(seen.segment.seq, |anchor| anchor.iss());
        let breach = Breach {
            message: format!(
                "sends a SYN with the number {} inside the connection that it opened with {iss}, and goes on with the old numbers",
                sent.segment.seq
            ),
            expected: "no SYN in a synchronised state".into(),
            seen: format!("SYN {}", sent.segment.seq),
            need: Need::Nothing,
            proof: Proof::Strong,
            witnesses: Vec::new(),
        };
        let peer_prefix = peer.prefix_end().across();
        let emission = Emission {
            sent: *sent,
            own,
            peer,
            context: Context::default(),
        };
        let case = Case::open(
            &handshake::syn_in_established::RULE,
            seen.side,
            old,
            (seen.frame, seen.time),
            &emission,
            breach,
        );
        if let Some(notes) = self.notes.get_mut(old) {
            notes.inside_syns.push(InsideSyn {
                side: seen.side,
                case,
                peer_prefix,
            });
        }
    }

    /// The ways out of TIME-WAIT show in the segment that leaves it, before that segment changes the record.
    fn judge_exits(&mut self, seen: &Observation, placed: Placed) {
        let (side, segment) = (seen.side, &seen.segment);
        let exit = if segment.rst() {
            self.exit_by_reset(placed.index(), side, segment)
        } else if let Placed::Opens(new) = placed {
            self.exit_by_own_syn(new, side, segment)
        } else if let Placed::Answers(new) | Placed::Forks(new) = placed {
            self.exit_by_answer(new, side, segment)
        } else {
            None
        };
        if let Some((old, exit)) = exit {
            self.accuse_exit(seen, old, exit);
        }
    }

    fn waiting(&self, at: usize, side: Side) -> Option<(&Endpoint, &Endpoint, &Watch)> {
        let (own, peer) = self.connection.incarnations.get(at)?.view(side);
        let watch = self.notes.get(at)?.watches.get(side);
        (watch.entered(own, peer) && !watch.left && watch.assassin().is_none())
            .then_some((own, peer, watch))
    }

    fn exit_by_reset(&self, at: usize, side: Side, segment: &Segment) -> Option<(usize, Exit)> {
        let incarnation = self.connection.incarnations.get(at)?;
        if !incarnation.ends.get(side).is_seen() {
            // It answers a SYN of the next incarnation: its own TIME-WAIT is one before.
            let old = at.checked_sub(1)?;
            return self.waiting(old, side).map(|_| (old, Exit::RefusedSyn));
        }
        let (own, ..) = self.waiting(at, side)?;
        let sent = incarnation.unwrap(side, segment);
        (sent.seq == own.snd_max).then_some((at, Exit::Reset))
    }

    fn exit_by_own_syn(&self, new: usize, side: Side, segment: &Segment) -> Option<(usize, Exit)> {
        let old = new.checked_sub(1)?;
        let (own, ..) = self.waiting(old, side)?;
        (!time_wait::own_syn_excused(own, segment)).then_some((old, Exit::OwnSyn))
    }

    fn exit_by_answer(&self, new: usize, side: Side, segment: &Segment) -> Option<(usize, Exit)> {
        let old = new.checked_sub(1)?;
        let (own, peer, _) = self.waiting(old, side)?;
        let syn = self
            .connection
            .incarnations
            .get(new)?
            .ends
            .get(side.other())
            .syn
            .as_ref()?;
        let number = self
            .connection
            .incarnations
            .get(new)?
            .ends
            .get(side.other())
            .anchor?
            .iss();
        let seq: Seq<Foreign> = peer.anchor?.unwrap(number, peer.snd_max.across());
        let opening = Segment {
            options: syn.options.clone(),
            ..Segment::default()
        };
        if !time_wait::syn_permitted(peer, seq, &opening) {
            return Some((old, Exit::AcceptedOldSyn));
        }
        let isn: Seq<Local> = own.anchor?.unwrap(segment.seq, own.snd_max);
        let stamped = syn.options.timestamps.is_some() && own.clock.newest().is_some();
        (!stamped && !time_wait::isn_passes(own, isn)).then_some((old, Exit::LowIsn))
    }

    fn accuse_exit(&mut self, seen: &Observation, old: usize, exit: Exit) {
        let Some((own, peer, watch)) = self.waiting(old, seen.side) else {
            return;
        };
        let Some((dwell, frame)) = watch.dwell(seen.time) else {
            return;
        };
        let breach = Breach {
            message: format!("leaves TIME-WAIT after at most {dwell}: {}", exit.deed()),
            expected: "2 MSL".into(),
            seen: dwell.to_string(),
            need: Need::Nothing,
            proof: exit.proof(),
            witnesses: [
                own.fin.map(|fin| fin.frame),
                peer.fin.map(|fin| fin.frame),
                Some(frame),
            ]
            .into_iter()
            .flatten()
            .collect(),
        };
        let Some(sent) = self
            .connection
            .incarnations
            .get(old)
            .map(|inc| inc.unwrap(seen.side, &seen.segment))
        else {
            return;
        };
        let emission = Emission {
            sent,
            own,
            peer,
            context: Context::default(),
        };
        let mut case = Case::open(
            &closing::early_time_wait_exit::RULE,
            seen.side,
            old,
            (seen.frame, seen.time),
            &emission,
            breach,
        );
        case.came_after = None;
        case.dwell = Some(dwell);
        self.cases.push(case);
        if let Some(notes) = self.notes.get_mut(old) {
            notes.watches.get_mut(seen.side).left = true;
        }
    }
}

impl Replay {
    /// Accusations of the second kind of SYN-ACK: legal for a server that starts anew, a fault if the first number goes on.
    fn second_isn_cases(&self) -> Vec<Case> {
        let forks = self.connection.incarnations.iter().enumerate();
        forks
            .filter_map(|(at, fork)| self.second_isn_case(at, fork))
            .collect()
    }

    fn second_isn_case(&self, at: usize, fork: &crate::flow::Incarnation) -> Option<Case> {
        let old = fork.fork_of?;
        let side = fork.opener?.other();
        let syn_ack = fork.ends.get(side).syn.as_ref()?;
        let (own, peer) = self.connection.incarnations.get(old)?.view(side);
        let only_syn_acks = fork.ends.get(side).kept.segments == u64::from(syn_ack.with_ack);
        let (_, last) = self.connection.incarnations.get(old)?.frames?;
        let went_on = last > syn_ack.frame
            && own.reset.is_none()
            && own
                .acks
                .iter()
                .any(|emitted| emitted.frame > syn_ack.frame && emitted.seq >= Seq::FIRST);
        // A SYN recorded again in between, or an ended connection, may have met a listener.
        let again = peer.syn.as_ref().is_some_and(|syn| syn.bare > 1)
            || own.fin.is_some_and(|fin| fin.frame < syn_ack.frame);
        if !only_syn_acks || !went_on || again {
            return None;
        }
        let isn = fork.ends.get(side).anchor?.iss();
        let first = own.anchor?.iss();
        let breach = Breach {
            message: format!(
                "answers the SYN again with the number {isn} after {first}, and goes on with {first}"
            ),
            expected: format!("seq {first}"),
            seen: format!("seq {isn}"),
            need: Need::Nothing,
            proof: Proof::Strong,
            witnesses: own.syn.iter().map(|syn| syn.frame).collect(),
        };
        let segment = Segment::default();
        let sent = Sent {
            segment: &segment,
            seq: Seq::SYN,
            ack: None,
        };
        let emission = Emission {
            sent,
            own,
            peer,
            context: Context::default(),
        };
        let mut case = Case::open(
            &handshake::synack_isn_changed::RULE,
            side,
            old,
            (syn_ack.frame, syn_ack.time),
            &emission,
            breach,
        );
        case.accused.ttl = self.ends.get(side).ttls.any().unwrap_or_default();
        case.accused.verified = true;
        let _ = at;
        Some(case)
    }
}

impl InsideSyn {
    /// Whether a later segment of the old incarnation provably left after the SYN.
    fn hear(&mut self, sent: &Sent<'_>) {
        if sent.segment.rst() || sent.segment.syn() {
            return;
        }
        let stamped = match (sent.segment.options.timestamps, self.case.accused.tsval) {
            (Some(ts), Some(before)) => crate::flow::newer(ts.val, before),
            _ => false,
        };
        if stamped || sent.ack.is_some_and(|ack| ack > self.peer_prefix) {
            self.case.returned = true;
        }
    }
}
