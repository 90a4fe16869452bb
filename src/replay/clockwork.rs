//! What endpoints should have done in time: retransmit not before an answer can come, back off, acknowledge soon, acknowledge a FIN
//! (RFC 6298, RFC 9293 sections 3.8.1, 3.8.6.3 and 3.10.7.4). Keeps the few times that this takes, and says when it looks wrong.
//!
//! Not a judgement: an obligation can only be judged where the tap is ([`Duty`]). All times are the tap's.

use super::duty::{Charge, Duty};
use super::sending::{GAPS, Sending, emission_gap, flat};
use crate::flow::{Endpoint, Observation, Pair, Side, newer};
use crate::rules::{closing, timing, window};
use crate::tcp::{Local, Sent, Seq};
use crate::time::{Span, Timestamp};
use std::collections::VecDeque;

/// How often something has to show before it is more than chance (model: three repetitions).
const TIMES: u32 = 3;

/// The times of both sides of an incarnation.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Clockwork(Pair<Hand>);

/// What a segment met: both records with the segment already in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick<'a> {
    pub(super) seen: &'a Observation,
    pub(super) sent: Sent<'a>,
    pub(super) own: &'a Endpoint,
    pub(super) peer: &'a Endpoint,
    pub(super) fresh: bool,
}

/// The times of one side.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
struct Hand {
    /// Its last segments with octets, by their last copy.
    recent: VecDeque<Sending>,
    /// Gaps between copies of its oldest octets while the peer was silent, in nanoseconds.
    run: Vec<i64>,
    run_at: Option<Seq<Local>>,
    early: u32,
    /// When the peer last hinted at a loss: a SACK block above its ACK, or an ACK again while octets were under way.
    hint: Option<Timestamp>,
    /// Acknowledgments of the peer, one after the other, that say nothing new.
    repeated: u32,
    /// Gaps between copies of octets beyond a closed window.
    probes: Vec<i64>,
    /// Octets whose acknowledgment will tell how long the peer takes.
    probe: Option<(Seq<Local>, Timestamp)>,
    /// The highest that it acknowledged.
    acked: Option<Seq<Local>>,
    /// The shortest time between octets of the peer and this side's acknowledgment of them.
    answers_in: Option<i64>,
    /// Octets of the peer that it has not acknowledged.
    owes: Option<Owed>,
    late: u32,
    /// A copy of its FIN was recorded since the peer's last segment.
    asks_for_fin: bool,
    /// Something is lost between it and the tap: it answered at once a copy that came after the first, or reported a hole that the record
    /// does not have.
    loses: bool,
    /// Acknowledgments that stop before the peer's FIN, each after a copy of it.
    stops: u32,
}

/// Octets in order that wait for their acknowledgment.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
struct Owed {
    end: Seq<Local>,
    time: Timestamp,
    frame: u64,
    copies: u32,
    /// When the peer last sent anything that may have drawn the acknowledgment.
    drawn: Timestamp,
}

impl Clockwork {
    /// Takes in a segment; returns what its sender is charged with.
    pub(super) fn hear(&mut self, tick: &Tick<'_>) -> Vec<Charge> {
        let (side, segment) = (tick.seen.side, &tick.seen.segment);
        let Some(now) = tick.seen.time.filter(|_| !segment.rst()) else {
            return Vec::new();
        };
        let mut charges = Vec::new();
        charges.extend(self.acknowledges(tick, now));
        charges.extend(self.stops_at_fin(tick));
        // Whatever it sent, its peer is no longer left alone.
        let peer = self.0.get_mut(side.other());
        peer.run.clear();
        peer.run_at = None;
        if let Some(owed) = &mut peer.owes {
            owed.drawn = now;
        }
        if segment.wnd > 0 {
            peer.probes.clear();
        }
        if segment.is_empty() {
            return charges;
        }
        self.owe(tick, now);
        let floor = self.round_trip();
        let hand = self.0.get_mut(side);
        hand.asks_for_fin |= segment.fin();
        if tick.fresh {
            hand.sends(tick, now);
        } else {
            charges.extend(hand.repeats(tick, now, floor));
        }
        charges
    }

    /// Forgets the segments that may be repeated.
    pub(super) fn shrink(&mut self) {
        for side in Side::BOTH {
            self.0.get_mut(side).recent = VecDeque::new();
        }
    }

    /// Whether the tap is within half a millisecond of a side, there and back: as near as one's own network.
    pub(super) fn is_near(&self, side: Side) -> bool {
        const NEAR: Span = Span::from_millis(1);
        let shortest = self.0.get(side).answers_in;
        shortest.is_some_and(|shortest| shortest <= NEAR.nanos())
    }

    /// Whether something was lost between the tap and a side.
    pub(super) fn loses(&self, side: Side) -> bool {
        self.0.get(side).loses
    }

    /// The shortest round trip that the connection showed, from end to end.
    fn round_trip(&self) -> Option<i64> {
        let (low, high) = (self.0.get(Side::Low), self.0.get(Side::High));
        Some(low.answers_in?.saturating_add(high.answers_in?))
    }

    /// The acknowledgment in a segment: how long it took, and what it tells its peer.
    fn acknowledges(&mut self, tick: &Tick<'_>, now: Timestamp) -> Option<Charge> {
        let ack = tick.sent.ack?.across();
        let own = self.0.get_mut(tick.seen.side);
        let again = own.acked.is_some_and(|acked| ack <= acked);
        own.acked = own.acked.max(Some(ack));
        let peer = self.0.get_mut(tick.seen.side.other());
        let mut took = None;
        if let Some((_, then)) = peer.probe.filter(|(end, _)| ack >= *end) {
            took = Some(now.since(then).nanos());
            peer.probe = None;
        }
        let blocks = &tick.sent.segment.options.sack;
        let above = blocks
            .iter()
            .any(|(_, right)| right.distance_from(tick.sent.segment.ack) > 0);
        let repeated = again && tick.sent.segment.is_empty();
        peer.repeated = if repeated {
            peer.repeated.saturating_add(1)
        } else {
            0
        };
        // Three that come before there is anything under way may be counted, too, by who is quick to send.
        if above || repeated && (ack < tick.peer.snd_max || peer.repeated >= TIMES) {
            peer.hint = Some(now);
        }
        for sending in peer.recent.iter_mut().filter(|sending| ack < sending.end) {
            sending.hinted = true;
        }
        let hand = self.0.get_mut(tick.seen.side);
        if let Some(took) = took.filter(|took| *took >= 0) {
            hand.answers_in = Some(hand.answers_in.map_or(took, |shortest| shortest.min(took)));
        }
        // A hole that the record does not have.
        hand.loses |= above && tick.peer.bounded && tick.peer.octets.len() == 1;
        // Who answers less answers something: a copy that was too old (RFC 7323 section 5.3), or a hole that the tap does not see.
        let owed = hand.owes.take()?;
        (ack >= owed.end).then(|| hand.pays(&owed, now)).flatten()
    }

    /// Octets of `tick`'s sender that its peer can acknowledge at once.
    fn owe(&mut self, tick: &Tick<'_>, now: Timestamp) {
        let (sent, own, peer) = (&tick.sent, tick.own, tick.peer);
        let hand = self.0.get_mut(tick.seen.side.other());
        let end = sent.text_end();
        // What is older than the newest segment is dropped on arrival where timestamps are used.
        let stamps = sent.segment.options.timestamps.zip(own.clock.newest());
        if stamps.is_some_and(|(ts, newest)| newer(newest, ts.val)) {
            return;
        }
        if let Some(owed) = &mut hand.owes {
            owed.copies += u32::from(!tick.fresh && sent.seq < owed.end);
            return;
        }
        let acked = peer.ack_max.map(|ack| ack.across());
        let in_order = own.bounded && own.prefix_end() >= end;
        let fits =
            peer.last_window != Some(0) && peer.edge_max.is_some_and(|edge| edge.across() >= end);
        if sent.segment.text > 0
            && !sent.segment.syn()
            && in_order
            && fits
            && acked.is_some_and(|acked| acked < end && acked >= sent.seq)
        {
            hand.owes = Some(Owed {
                end,
                time: now,
                frame: tick.seen.frame,
                copies: 1,
                drawn: now,
            });
        }
    }

    fn stops_at_fin(&mut self, tick: &Tick<'_>) -> Option<Charge> {
        let asked = std::mem::take(&mut self.0.get_mut(tick.seen.side.other()).asks_for_fin);
        let fin = tick.peer.fin?;
        let ack = tick.sent.ack?.across();
        let whole = tick.peer.bounded && tick.peer.prefix_end() == fin.at + 1;
        let open = tick.own.last_window != Some(0)
            && tick.own.edge_max.is_some_and(|edge| edge.across() > fin.at);
        let unmoved = tick.own.ack_max.map(|max| max.across()) == Some(ack);
        let stops = asked && whole && open && unmoved && ack == fin.at;
        if !stops || !tick.sent.segment.is_empty() {
            return None;
        }
        let hand = self.0.get_mut(tick.seen.side);
        hand.stops += 1;
        (hand.stops == TIMES).then(|| Charge {
            rule: &closing::fin_not_acknowledged::RULE,
            duty: Duty::Repeated,
            message: format!(
                "answers {TIMES} copies of the FIN, and stops its ACK at {ack}, before it"
            ),
            expected: format!("ack {}", fin.at + 1),
            witnesses: vec![fin.frame],
        })
    }
}

impl Hand {
    const KEPT: usize = 8;

    fn sends(&mut self, tick: &Tick<'_>, now: Timestamp) {
        if self.recent.len() == Self::KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back(Sending::of(tick, now));
        self.probes.clear();
        self.run.clear();
        self.run_at = None;
        self.probe.get_or_insert((tick.sent.end(), now));
    }

    /// A segment whose octets were all seen before.
    fn repeats(
        &mut self,
        tick: &Tick<'_>,
        now: Timestamp,
        round_trip: Option<i64>,
    ) -> Option<Charge> {
        let this = Sending::of(tick, now);
        // An acknowledgment from here on may be that of either copy (Karn).
        if self.probe.is_some_and(|(end, _)| end > this.seq) {
            self.probe = None;
        }
        let known = self
            .recent
            .iter_mut()
            .find(|known| (known.seq, known.end) == (this.seq, this.end))?;
        let before = *known;
        if this.is_copy_of(&before) {
            return None;
        }
        *known = this;
        let gap = now.since(before.time).nanos();
        let acked = tick
            .peer
            .ack_max
            .is_some_and(|ack| ack.across() >= this.end);
        let sent_apart = emission_gap(tick, &before);
        // After a RST a listener may have opened another connection with these numbers.
        let reset = tick.own.reset.is_some() || tick.peer.reset.is_some();
        let early = if reset {
            None
        } else {
            self.too_early((&this, &before), (gap, sent_apart), round_trip)
        };
        match tick.peer.last_window {
            _ if acked => early,
            None => early,
            Some(0) => early.or_else(|| self.knocks(&this, gap)),
            Some(_) => early.or_else(|| self.no_backoff(&this, gap)),
        }
    }

    /// Sent again before any answer can have come: not because of a timeout, and nothing else on the record calls for it. A gap in the
    /// record bounds nothing where the first copy was held up on its way to the tap; the sender's own clock does.
    fn too_early(
        &mut self,
        (this, before): (&Sending, &Sending),
        (gap, sent_apart): (i64, Option<i64>),
        round_trip: Option<i64>,
    ) -> Option<Charge> {
        /// For so many round trips a hint at a loss may bring retransmissions.
        const ROUNDS: i64 = 8;
        let apart = gap.max(sent_apart.unwrap_or(gap));
        let since = self.hint.map(|hint| this.time.since(hint).nanos());
        let hinted = since
            .zip(round_trip)
            .is_some_and(|(since, trip)| since < trip.saturating_mul(ROUNDS));
        let hint = hinted || before.hinted || !this.is_surely_new(before);
        let soon = round_trip.is_some_and(|trip| apart.saturating_mul(2) < trip);
        if hint || !soon || this.end - this.seq < 2 {
            return None;
        }
        self.early += 1;
        (self.early == TIMES).then(|| Charge {
            rule: &timing::retransmission_too_early::RULE,
            duty: if sent_apart.is_some() {
                Duty::Repeated
            } else {
                Duty::Witnessed
            },
            message: format!(
                "sends octets {}..{} again {} after frame {}, {TIMES} times before an answer can have come: a round trip takes {}",
                this.seq,
                this.end,
                Span::from_nanos(apart),
                before.frame,
                Span::from_nanos(round_trip.unwrap_or_default()),
            ),
            expected: "an RTO of at least a round trip".into(),
            witnesses: vec![before.frame],
        })
    }

    /// The same octets again and again, the peer silent, and the gaps do not grow.
    fn no_backoff(&mut self, this: &Sending, gap: i64) -> Option<Charge> {
        self.probes.clear();
        if self.run_at != Some(this.seq) {
            self.run.clear();
            self.run_at = Some(this.seq);
        }
        let (first, last) = flat(&mut self.run, gap)?;
        Some(Charge {
            rule: &timing::rto_no_backoff::RULE,
            duty: Duty::Repeated,
            message: format!(
                "sends octets {}..{} {GAPS} times again, and the gap does not grow: {first} at first, {last} at last",
                this.seq, this.end,
            ),
            expected: "each gap about twice the one before".into(),
            witnesses: Vec::new(),
        })
    }

    /// The same octets again and again, the window closed, and the gaps do not grow.
    fn knocks(&mut self, this: &Sending, gap: i64) -> Option<Charge> {
        let (first, last) = flat(&mut self.probes, gap)?;
        Some(Charge {
            rule: &window::probe_no_backoff::RULE,
            duty: Duty::Repeated,
            message: format!(
                "probes a closed window {GAPS} times again with octets {}..{}, and the gap does not grow: {first} at first, {last} at last",
                this.seq, this.end,
            ),
            expected: "each gap about twice the one before".into(),
            witnesses: Vec::new(),
        })
    }

    /// Acknowledges what waited.
    fn pays(&mut self, owed: &Owed, now: Timestamp) -> Option<Charge> {
        /// Half a second (MUST-40), and what a clock and a scheduler may add.
        const LATEST: Span = Span::from_millis(600);
        /// What comes so soon after a segment answers that segment: the ones before were lost behind the tap, or their answers before it.
        const SOON: Span = Span::from_millis(100);
        let delay = now.since(owed.time);
        self.loses |= owed.copies > 1 && now.since(owed.drawn) < SOON;
        if delay < LATEST || now.since(owed.drawn) < SOON {
            return None;
        }
        // What came since may have been the first to arrive.
        self.late += u32::from(now.since(owed.drawn) >= LATEST);
        (self.late >= TIMES || owed.copies >= TIMES).then(|| Charge {
            rule: &timing::ack_delayed::RULE,
            duty: Duty::Witnessed,
            message: format!(
                "acknowledges the octets of frame {} after {delay}; {} copies of them came",
                owed.frame, owed.copies
            ),
            expected: "within 500 ms".into(),
            witnesses: vec![owed.frame],
        })
    }
}
