//! A guard's refusal on trial: waits for the segment that would acquit, collects what speaks against, and comes to a ruling.
//!
//! This is where deliveries are quantified over. A rule only said what it *needs*; here the record says whether it came
//! (and how late), whether the peer moved on as if it had existed, or whether the accused took its words back.

use super::duty::Duty;
use super::flip::may_be_flipped;
use super::health::Facts;
use crate::flow::{Endpoint, Observation, Side, newer};
use crate::rules::{Breach, Emission, Need, Rule, Variable};
use crate::tcp::{Foreign, Local, Sent, Seq};
use crate::time::{Span, Timestamp};

/// Where and when a segment stands in the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    pub(super) side: Side,
    pub(super) incarnation: usize,
    pub(super) frame: u64,
    pub(super) time: Option<Timestamp>,
}

impl Stamp {
    pub(super) const fn of(seen: &Observation, incarnation: usize) -> Self {
        Self {
            side: seen.side,
            incarnation,
            frame: seen.frame,
            time: seen.time,
        }
    }
}

/// A segment of the accused's peer, already taken into its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard<'a> {
    pub(super) sent: Sent<'a>,
    /// The record of its sender.
    pub(super) record: &'a Endpoint,
    /// The scale of its window.
    pub(super) shift: u8,
    /// Whether it brought new octets.
    pub(super) fresh: bool,
    /// Whether its TTL is hardly ever its sender's: it may acquit, but not testify against anyone.
    pub(super) strange: bool,
    pub(super) time: Option<Timestamp>,
}

/// The accused segment, as far as the trial needs it.
#[derive(Clone, Debug)]
pub(super) struct Accused {
    pub(super) frame: u64,
    pub(super) time: Option<Timestamp>,
    pub(super) seq: Seq<Local>,
    pub(super) end: Seq<Local>,
    pub(super) ack: Option<Seq<Foreign>>,
    pub(super) tsval: Option<u32>,
    pub(super) tsecr: Option<u32>,
    pub(super) echoes_unseen: bool,
    pub(super) ttl: u8,
    pub(super) verified: bool,
    /// Its checksum was wrong: corrupted, unless that is how the capture shows all of this sender's.
    pub(super) wrong_sum: bool,
    /// One flipped bit would explain it.
    pub(super) flipped: bool,
    /// Contiguous octets seen of the peer before.
    pub(super) peer_prefix: Seq<Foreign>,
    /// The highest end seen of the peer before: what lies beyond was first seen later.
    pub(super) peer_max: Seq<Foreign>,
    /// Whether it had acknowledged exactly those.
    pub(super) acked_prefix: bool,
    /// Highest ACK seen of the peer before.
    pub(super) peer_ack: Option<Seq<Local>>,
    /// Highest end seen of its own before.
    pub(super) own_max: Seq<Local>,
}

/// One accusation and everything said about it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) rule: &'static Rule,
    pub(super) side: Side,
    pub(super) incarnation: usize,
    pub(super) accused: Accused,
    pub(super) breach: Breach,
    /// Consequences counted instead of listed.
    pub(super) alike: u64,
    /// One of them is more than a flipped bit.
    pub(super) told_again: bool,
    /// How long after the accused the needed segment was recorded, if it was.
    pub(super) came_after: Option<Span>,
    /// How long after the accused the TSval that it echoes was first recorded, if it was: proof that the capture swapped them.
    pub(super) echo_came_after: Option<Span>,
    /// The accused said less later on, as its echo of later octets tells.
    pub(super) retreated: bool,
    /// The accused said less under a newer TSval: no missing segment makes that the earlier of the two.
    pub(super) retreated_by_clock: bool,
    /// The least end of the octets that its peer was first seen to send afterwards: who acknowledges them speaks later.
    pub(super) news_end: Option<Seq<Foreign>>,
    /// The peer provably had not sent, or not offered, what was needed.
    pub(super) peer_denies: bool,
    /// The peer later showed that the needed segment existed.
    pub(super) peer_confirms: bool,
    /// The accused returned to where it was before.
    pub(super) returned: bool,
    /// The peer acknowledged the octets of the accused, or echoed its timestamp.
    pub(super) accepted: bool,
    /// A later segment carries octets of the accused.
    pub(super) repeated: bool,
    /// How long TIME-WAIT lasted at most, if that is the charge.
    pub(super) dwell: Option<Span>,
    /// The obligation that was not met, if that is the charge, and whether the tap is near.
    pub(super) duty: Option<(Duty, bool)>,
    /// Not yet ended by a point where both sides agree again.
    pub(super) tainting: bool,
    /// The frame at which they agreed again.
    pub(super) cleared: Option<u64>,
}

impl Case {
    pub(super) fn open(
        rule: &'static Rule,
        stamp: Stamp,
        e: &Emission<'_>,
        breach: Breach,
    ) -> Self {
        let segment = e.segment();
        let accused = Accused {
            frame: stamp.frame,
            time: stamp.time,
            seq: e.sent.seq,
            end: e.sent.end(),
            ack: e.sent.ack,
            tsval: segment.options.timestamps.map(|ts| ts.val),
            tsecr: segment.options.timestamps.map(|ts| ts.ecr),
            echoes_unseen: e.echoes_unseen(),
            ttl: segment.marks.ttl,
            verified: matches!(
                segment.checksum,
                crate::tcp::Checksum::Good | crate::tcp::Checksum::Offloaded
            ),
            wrong_sum: segment.checksum == crate::tcp::Checksum::Bad,
            flipped: may_be_flipped(e, rule),
            peer_prefix: e.peer.prefix_end().across(),
            peer_max: e.peer.seen_end().across(),
            acked_prefix: e.own.ack_max == Some(e.peer.prefix_end().across()),
            peer_ack: e.peer.ack_max.map(Seq::<Foreign>::across),
            own_max: e.own.snd_max,
        };
        Self {
            rule,
            side: stamp.side,
            incarnation: stamp.incarnation,
            accused,
            breach,
            alike: 0,
            told_again: false,
            came_after: None,
            echo_came_after: None,
            retreated: false,
            retreated_by_clock: false,
            news_end: None,
            peer_denies: false,
            peer_confirms: false,
            returned: false,
            accepted: false,
            repeated: false,
            dwell: None,
            duty: None,
            tainting: true,
            cleared: None,
        }
    }

    /// Whether a fault of the same kind at `time`, which needs something else, may turn out otherwise than this one: each may be a
    /// swap of its own.
    pub(super) fn is_apart(&self, need: Need, time: Option<Timestamp>) -> bool {
        const YOUNG: Span = Span::from_millis(100);
        matches!(need, Need::PeerOctets(_)) && need != self.breach.need && self.delay(time) <= YOUNG
    }

    /// Whether `later` came while this fault was not settled, so that it is its consequence.
    pub(super) fn brings(&self, later: &Self) -> bool {
        self.side == later.side
            && self.incarnation == later.incarnation
            && Variable::is_shared_by(self.rule, later.rule)
            && self.accused.frame < later.accused.frame
            && self.cleared.is_none_or(|frame| frame > later.accused.frame)
    }

    /// The numbers of one side's space move: they had been counted from a guess.
    pub(super) fn shift(&mut self, owner: Side, by: i64) {
        let accused = &mut self.accused;
        if self.side == owner {
            accused.seq = accused.seq + by;
            accused.end = accused.end + by;
            accused.own_max = accused.own_max + by;
            accused.peer_ack = accused.peer_ack.map(|ack| ack + by);
        } else {
            accused.ack = accused.ack.map(|ack| ack + by);
            accused.peer_prefix = accused.peer_prefix + by;
            accused.peer_max = accused.peer_max + by;
        }
        self.breach.need = match (self.breach.need, self.side == owner) {
            (Need::PeerOctets(upto), false) => Need::PeerOctets(upto + by),
            (Need::PeerBlock(left, length), false) => Need::PeerBlock(left + by, length),
            (Need::PeerAck(upto), true) => Need::PeerAck(upto + by),
            (Need::PeerEdge(edge), true) => Need::PeerEdge(edge + by),
            (need, _) => need,
        };
    }

    fn delay(&self, time: Option<Timestamp>) -> Span {
        time.zip(self.accused.time)
            .map_or(Span::ZERO, |(now, then)| now.since(then))
    }

    /// The accused's peer emitted a segment.
    pub(super) fn hear_peer(&mut self, heard: &Heard<'_>) {
        let (sent, delay) = (&heard.sent, self.delay(heard.time));
        let stamps = sent.segment.options.timestamps;
        if self.echo_came_after.is_none()
            && self.accused.echoes_unseen
            && stamps.map(|ts| ts.val) == self.accused.tsecr
        {
            self.echo_came_after = Some(delay);
        }
        if sent.segment.rst() {
            return;
        }
        if heard.fresh && sent.end().across() > self.accused.peer_max {
            let end = sent.end().across();
            self.news_end = Some(self.news_end.map_or(end, |known| known.min(end)));
        }
        let denied = self.peer_denies;
        let fresh = self.accused.end > self.accused.own_max;
        self.accepted |= fresh && sent.ack.is_some_and(|ack| ack.across() >= self.accused.end)
            || stamps.is_some_and(|ts| Some(ts.ecr) == self.accused.tsval)
                && self.accused.end == self.accused.seq;
        match self.breach.need {
            Need::PeerOctets(upto) => self.hear_octets(heard, upto.across(), delay),
            Need::PeerAck(upto) => {
                if sent.ack.is_some_and(|ack| ack.across() >= upto) {
                    self.came_after.get_or_insert(delay);
                }
            }
            Need::PeerEdge(edge) => self.hear_edge(heard, edge, delay),
            Need::PeerSyn(iss) => {
                if sent.segment.syn() && sent.segment.seq == iss {
                    self.came_after.get_or_insert(delay);
                }
            }
            Need::PeerBlock(left, length) => self.hear_block(heard, left.across(), length, delay),
            // The numbers of a RST follow from what it answers (RFC 9293 section 3.5.2).
            Need::PeerSegment => {
                let answered = match sent.ack {
                    Some(ack) => ack.across() == self.accused.seq,
                    None => self.accused.ack == Some(sent.end().across()),
                };
                if answered {
                    self.came_after.get_or_insert(delay);
                }
            }
            Need::Nothing
            | Need::PeerReset
            | Need::PeerOffer
            | Need::Overtaking
            | Need::EarlierCopy(_)
            | Need::WholeCopy(_)
            | Need::OwnSegment => {}
        }
        self.peer_denies &= denied || !heard.strange;
    }

    /// `upto` in the peer's own space.
    fn hear_octets(&mut self, heard: &Heard<'_>, upto: Seq<Local>, delay: Span) {
        let prefix = self.accused.peer_prefix.across();
        if heard.record.octets.covers(prefix, upto) {
            let after = *self.came_after.get_or_insert(delay);
            // A swap, not a fault: what follows is no consequence of it.
            self.tainting &= after > Facts::EPSILON;
        }
        if self.came_after.is_none() && self.stands_before(heard, upto) {
            self.peer_denies = true;
        }
    }

    /// `length` octets from `left` on in the peer's own space, which may lie beyond a hole.
    fn hear_block(&mut self, heard: &Heard<'_>, left: Seq<Local>, length: u32, delay: Span) {
        let right = left + i64::from(length);
        if heard.record.octets.covers(left, right) {
            self.came_after.get_or_insert(delay);
            return;
        }
        let sent = &heard.sent;
        let had_it = sent
            .segment
            .options
            .timestamps
            .zip(self.accused.tsval)
            .is_some_and(|(ts, val)| ts.ecr == val || newer(ts.ecr, val));
        // What the accused sent after its report was received after the octets in question had been sent, if ever they were.
        let reported_before = self.accused.seq >= self.accused.own_max
            && sent.ack.is_some_and(|ack| ack.across() > self.accused.end);
        // A hole before the block is filled after the SACK, too: only an empty segment, or the end of the stream, tells SND.NXT.
        let stands_at = if sent.segment.is_empty() {
            Some(sent.seq + 1)
        } else {
            (heard.fresh && sent.end() == heard.record.snd_max).then_some(sent.end())
        };
        if (had_it || reported_before) && stands_at.is_some_and(|at| at < right) {
            self.peer_denies = true;
        }
    }

    /// Whether the peer shows that its SND.NXT was still below `upto` when the accused had acknowledged it.
    fn stands_before(&self, heard: &Heard<'_>, upto: Seq<Local>) -> bool {
        let (sent, prefix) = (&heard.sent, self.accused.peer_prefix.across());
        let Some(ts) = sent.segment.options.timestamps else {
            return false;
        };
        let later = |than: Option<u32>| than.is_some_and(|than| newer(ts.val, than));
        let had_it = self
            .accused
            .tsval
            .is_some_and(|val| ts.ecr == val || newer(ts.ecr, val));
        // Octets may be sent again for no reason at all: only the number of a segment without any tells SND.NXT.
        if !sent.segment.is_empty() {
            return false;
        }
        // A keep-alive repeats SND.NXT-1: only what lies lower still is told.
        let below = sent.seq + 1 < upto;
        // The echo of the accused names the first octet that it was missing until then (RFC 7323 section 4.3). What the
        // peer sent under a newer TSval, it sent after that octet, if there ever was one.
        let after_the_missing =
            self.accused.acked_prefix && sent.seq == prefix && later(self.accused.tsecr);
        below && (had_it || after_the_missing)
    }

    fn hear_edge(&mut self, heard: &Heard<'_>, needed: Seq<Local>, delay: Span) {
        let sent = &heard.sent;
        let shift = heard.shift;
        let Some(ack) = sent.ack else { return };
        let window = if sent.segment.syn() {
            i64::from(sent.segment.wnd)
        } else {
            i64::from(sent.segment.wnd) << shift
        };
        let edge = ack.across() + window;
        if edge >= needed {
            self.came_after.get_or_insert(delay);
        }
        let stale = self
            .accused
            .peer_ack
            .is_some_and(|highest| ack.across() < highest);
        // A segment emitted after the newest one that the accused had received would still show the edge that the capture is said to have missed.
        let newest = match (sent.segment.options.timestamps, self.accused.tsecr) {
            (Some(ts), Some(echoed)) => newer(ts.val, echoed),
            _ => true,
        };
        if !stale && newest && !self.peer_denies && !self.peer_confirms {
            self.peer_denies = edge < needed;
            self.peer_confirms = edge >= needed;
        }
    }

    /// The accused emitted `sent` later in the record; `fresh` says whether it brought new octets, `peer` what was seen of its peer.
    pub(super) fn hear_accused(&mut self, sent: &Sent<'_>, fresh: bool) {
        if sent.segment.rst() || sent.segment.syn() {
            return;
        }
        let clocks = (sent.segment.options.timestamps, self.accused.tsval);
        let later = match clocks {
            (Some(ts), Some(before)) => newer(ts.val, before),
            _ => {
                let echoes_news = sent
                    .ack
                    .zip(self.news_end)
                    .is_some_and(|(ack, end)| ack >= end);
                echoes_news || fresh && sent.seq >= self.accused.end
            }
        };
        self.repeated |= sent.seq < self.accused.end && sent.end() > self.accused.seq;
        if later
            && !matches!(self.breach.need, Need::PeerBlock(..))
            && sent
                .ack
                .zip(self.accused.ack)
                .is_some_and(|(now, then)| now < then)
        {
            self.retreated = true;
            self.retreated_by_clock |= matches!(clocks, (Some(_), Some(_)));
        }
        if fresh && sent.seq < self.accused.seq && sent.end() > self.accused.own_max {
            self.returned = true;
        }
    }
}
