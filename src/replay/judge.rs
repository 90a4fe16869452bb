//! Asks the rules about one segment, and puts a refusal on trial. Everything is asked before the segment is recorded.

use super::Replay;
use super::case::{Case, Stamp};
use super::flip::may_be_flipped;
use super::tap::Tap;
use crate::flow::{Observation, Placed, Side};
use crate::rules::{
    Breach, Check, Context, Emission, Guard, Need, RULES, Reuse, Rule, Trigger, Variable, options,
};
use crate::tcp::{Foreign, Segment, Sent, Seq};
use crate::time::{Span, Timestamp};
use std::sync::LazyLock;

/// How many accusations one 4-tuple can hold; further ones are counted.
const CASES: usize = 256;

/// How many faults of one kind may be pending side by side.
const APART: usize = 16;

/// A rule that judges single segments, and which.
type Asked = (Trigger, Guard, &'static Rule);

/// All of them.
static ASKED: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let asked = |rule: &&'static Rule| match rule.check {
        Check::Emission { when, guard } => Some((when, guard, *rule)),
        Check::Story | Check::Tag => None,
    };
    RULES.iter().filter_map(asked).collect()
});

/// Those that the segments of nearly all traffic meet, by their traits.
static USUAL: LazyLock<Vec<(Trigger, Vec<Asked>)>> = LazyLock::new(|| {
    let usual = Trigger::USUAL.iter();
    usual.map(|&traits| (traits, meeting(traits))).collect()
});

/// Those that ordinary segments meet and do not satisfy by their nature.
static ORDINARY: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let mut asked = meeting(Trigger::PLAIN_TEXT);
    asked.retain(|(when, ..)| !when.spares_ordinary());
    asked
});

fn meeting(traits: Trigger) -> Vec<Asked> {
    let all = ASKED.iter().copied();
    all.filter(|(when, ..)| traits.meets(*when)).collect()
}

/// All rules that a segment with these traits can meet, and perhaps others.
fn asked(traits: Trigger) -> &'static [Asked] {
    let usual = USUAL.iter().find(|(usual, _)| *usual == traits);
    usual.map_or(&ASKED, |(_, asked)| asked)
}

impl Replay {
    /// A RST, or a SYN inside a connection, whose IP marks say that somebody else sent it.
    pub(super) fn is_forged(&self, at: usize, side: Side, segment: &Segment) -> bool {
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

    pub(super) fn emission<'a>(
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
    pub(super) fn judge(
        &self,
        seen: &Observation,
        placed: Placed,
        sent: &Sent<'_>,
    ) -> Vec<(&'static Rule, Breach)> {
        if matches!(placed, Placed::Inside(_)) {
            // Its one fault is its SYN bit.
            return Vec::new();
        }
        let context = self.context(seen, placed, sent);
        let Some(emission) = self.emission(placed.index(), seen.side, *sent, context) else {
            return Vec::new();
        };
        let traits = Trigger::of(&seen.segment);
        let mut breaches: Vec<(&'static Rule, Breach)> = Vec::new();
        for &(when, guard, rule) in asked(traits) {
            if !traits.meets(when) {
                continue;
            }
            if let Err(breach) = guard(&emission) {
                match breaches
                    .iter_mut()
                    .find(|(other, _)| Variable::is_shared_by(other, rule))
                {
                    Some(slot) if rule.code.starts_with("TCP4") => *slot = (rule, breach),
                    // What stands by itself says more than what some missing segment would acquit.
                    Some(slot)
                        if matches!(breach.need, Need::Nothing)
                            && slot.0.variable == Variable::Sack
                            && !matches!(slot.1.need, Need::Nothing) =>
                    {
                        *slot = (rule, breach);
                    }
                    Some(_) => {}
                    None => breaches.push((rule, breach)),
                }
            }
        }
        // Blocks are told against the ACK: where that is wrong, they are a consequence.
        if breaches
            .iter()
            .any(|(rule, _)| rule.variable == Variable::Ack)
        {
            breaches.retain(|(rule, _)| rule.variable != Variable::Sack);
        }
        breaches
    }

    /// Whether any rule refuses a segment that is ordinary otherwise.
    pub(super) fn refuses_ordinary(&self, seen: &Observation, at: usize, sent: &Sent<'_>) -> bool {
        !ORDINARY.is_empty() && !self.judge(seen, Placed::Member(at), sent).is_empty()
    }

    pub(super) fn context(&self, seen: &Observation, placed: Placed, sent: &Sent<'_>) -> Context {
        let (at, side, segment) = (placed.index(), seen.side, &seen.segment);
        let Some(incarnation) = self.connection.incarnations.get(at) else {
            return Context::default();
        };
        let own = incarnation.ends.get(side);
        let since_reset = own
            .reset
            .and_then(|reset| Some(seen.time?.since(reset.time?).nanos()));
        let answers_reset = self.answers_reset(at, seen, sent);
        Context {
            opener: incarnation.opener == Some(side),
            stray: matches!(placed, Placed::Stray(_)),
            time: seen.time,
            at_tap: self.is_tapped_at(incarnation.opener, side),
            between: Some((
                self.connection.tuple.address(side),
                self.connection.tuple.address(side.other()),
            )),
            reuse: self.reuse(seen, placed),
            since_reset,
            reset_is_explained: !segment.rst() || self.explains_reset(side, segment),
            answers_reset,
        }
    }

    /// Whether the tap is at a side, as far as the user or the frames so far say.
    fn is_tapped_at(&self, opener: Option<Side>, side: Side) -> bool {
        match self.tap {
            Tap::Auto => {
                let peer = &self.ends.get(side.other()).tally;
                self.ends.get(side).tally.is_here(peer)
            }
            Tap::Client => opener == Some(side),
            Tap::Server => opener == Some(side.other()),
            Tap::Middle => false,
        }
    }

    /// The frame of the peer's RST that this RST must be an answer to, if no other segment and no ABORT explains it.
    fn answers_reset(&self, at: usize, seen: &Observation, sent: &Sent<'_>) -> Option<u64> {
        /// An answer takes no longer where the tap is close, and what was sent before has been answered by then.
        const SOON: Span = Span::from_millis(100);
        let side = seen.side;
        let (own, peer) = self.connection.incarnations.get(at)?.view(side);
        let last = self.last.filter(|last| last.rst && last.side != side)?;
        let frame = last.frame;
        if self.ends.get(side).owes || !sent.segment.rst() {
            return None;
        }
        let reset = peer.reset?;
        if sent.segment.has_ack() {
            // This form answers what has no ACK itself: of the peer's other segments, its SYN alone.
            let answers =
                sent.segment.seq.0 == 0 && sent.ack.is_some_and(|ack| ack.across() == reset.seq);
            let syn_end = peer
                .syn
                .as_ref()
                .map(|syn| Seq::FIRST + i64::from(syn.text));
            return (answers && syn_end != Some(reset.seq)).then_some(frame);
        }
        if reset.ack.is_none_or(|ack| ack.across() != sent.seq) {
            return None;
        }
        let told_before = peer.ack_max.is_some_and(|ack| ack.across() >= sent.seq);
        // Once it is synchronised its ABORT looks the same, and a host without a TCB answers several segments one by one: where
        // the two may have crossed, nothing is said.
        let unopened = own.ack_max.is_none() && !told_before;
        let doubled = self.notes.get(at).is_none_or(|notes| {
            let tags = &notes.story.tags;
            tags.contains("network-duplicate") || tags.contains("reordering")
        });
        let first = own.reset.is_none() && !doubled;
        let gone = |then: Option<Timestamp>| Some(seen.time?.since(then?));
        let soon = gone(last.time).is_some_and(|gone| gone <= SOON);
        let spoke = gone(self.ends.get(side.other()).spoke);
        let crossed = spoke.is_some_and(|gone| gone < SOON);
        (!crossed && (unopened || first && soon && self.is_close(at, side))).then_some(frame)
    }

    /// Whether this side answered within the handshake much sooner than its peer did, so that the tap is close to it.
    fn is_close(&self, at: usize, side: Side) -> bool {
        const SOONER: i64 = 20;
        let both = self.connection.incarnations.get(at).zip(self.notes.get(at));
        let Some((incarnation, notes)) = both else {
            return false;
        };
        let answered = incarnation
            .opener
            .and_then(|opener| incarnation.ends.get(opener.other()).syn.as_ref()?.time);
        let (Some(syn), Some(ack)) = notes.story.round_trip else {
            return false;
        };
        answered.is_some_and(|answered| {
            let (there, here) = (answered.since(syn).nanos(), ack.since(answered).nanos());
            let (own, peer) = if incarnation.opener == Some(side) {
                (here, there)
            } else {
                (there, here)
            };
            own >= 0 && own.saturating_mul(SOONER) < peer
        })
    }

    /// Whether the number of a SYN that opens an incarnation was in use in the one before.
    fn reuse(&self, seen: &Observation, placed: Placed) -> Option<Reuse> {
        let Placed::Opens(new) = placed else {
            return None;
        };
        let old = self.connection.incarnations.get(new.checked_sub(1)?)?;
        let (own, peer) = old.view(seen.side);
        let at = own.anchor?.unwrap(seen.segment.seq, own.snd_max);
        let in_use = own.iss_known() && (Seq::FIRST..=own.snd_max).contains(&at);
        let since = old.times.zip(seen.time);
        in_use.then_some(Reuse {
            ahead: own.snd_max - at,
            since: since.map(|((_, last), now)| now.since(last).nanos()),
            frame: old.frames?.1,
            closed: [own, peer]
                .iter()
                .any(|end| end.fin.is_some() || end.reset.is_some()),
        })
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
            let peer_high = peer
                .known
                .end()
                .unwrap_or(peer.snd_max)
                .max(peer.seen_end());
            // Firewalls refuse with a SEQ of their own where the RFC has 0: what counts is that the ACK answers the SYN.
            let answers = (segment.seq.0 == 0 || !own.is_seen())
                && peer.is_seen()
                && sent
                    .ack
                    .is_some_and(|ack| (peer_low + 1..=peer_high).contains(&ack.across()));
            // A copy of the SYN may have opened another connection, of which nothing else was recorded.
            let opened = peer.syn.as_ref().is_some_and(|syn| {
                let told = sent.ack.map(|ack| (ack - Seq::FIRST).max(0));
                syn.bare > 1 && told.is_some_and(|told| told <= i64::from(syn.text))
            });
            let unbounded = !own.bounded && own.is_seen() || !peer.is_seen();
            own_stream || answers || opened || unbounded
        })
    }

    /// Asks about a segment that nobody takes, in the latest incarnation.
    pub(super) fn accuse_header(&mut self, seen: &Observation) {
        let rule = &options::malformed_options::RULE;
        let Some(at) = self.connection.incarnations.len().checked_sub(1) else {
            return;
        };
        let incarnation = self.connection.incarnations.get(at);
        let Some(sent) = incarnation.map(|inc| inc.unwrap(seen.side, &seen.segment)) else {
            return;
        };
        let emission = self.emission(at, seen.side, sent, Context::default());
        let guard = match rule.check {
            Check::Emission { guard, .. } => guard,
            _ => return,
        };
        if let Some(Err(breach)) = emission.map(|emission| guard(&emission)) {
            self.accuse(rule, breach, Stamp::of(seen, at), &sent);
        }
    }

    pub(super) fn accuse(
        &mut self,
        rule: &'static Rule,
        breach: Breach,
        stamp: Stamp,
        sent: &Sent<'_>,
    ) {
        let emission = self.emission(stamp.incarnation, stamp.side, *sent, Context::default());
        let flipped = emission.is_none_or(|emission| may_be_flipped(&emission, rule));
        let mut apart = 0;
        let known = self.cases.iter_mut().find(|case| {
            let same = case.tainting
                && case.side == stamp.side
                && case.incarnation == stamp.incarnation
                && Variable::is_shared_by(case.rule, rule);
            let apart_from = same && apart < APART && case.is_apart(breach.need, stamp.time);
            apart += usize::from(apart_from);
            same && !apart_from
        });
        if let Some(case) = known {
            case.alike += 1;
            case.told_again |= !flipped;
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
        let Some(emission) =
            self.emission(stamp.incarnation, stamp.side, *sent, Context::default())
        else {
            return;
        };
        let case = Case::open(rule, stamp, &emission, breach);
        self.cases.push(case);
    }
}
