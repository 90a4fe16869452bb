//! What happened in one incarnation, in the field's words. Tags tell, they never blame.

use crate::finding::{Handshake, Release};
use crate::flow::{Endpoint, Incarnation, Observation, Pair, Placed, Side, newer};
use crate::tcp::{Flags, Foreign, Segment, Sent, Seq, SeqNum};
use crate::time::{Span, Timestamp};
use std::collections::{BTreeSet, VecDeque};

/// What a segment met when it was recorded: both records with the segment already in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) own: &'a Endpoint,
    pub(super) peer: &'a Endpoint,
    /// Octets that nothing recorded before had carried.
    pub(super) fresh: i64,
    /// Whether it acknowledged a repeated FIN.
    pub(super) reacked: bool,
    /// Whether its sender surely was in TIME-WAIT.
    pub(super) time_wait: bool,
}

/// A segment remembered to recognise its copies.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Copy {
    seq: u32,
    ack: u32,
    flags: Flags,
    text: u32,
    ip_id: Option<u16>,
    tsval: Option<u32>,
    wnd: u16,
}

impl Copy {
    fn of(segment: &Segment) -> Self {
        Self {
            seq: segment.seq.0,
            ack: segment.ack.0,
            flags: segment.flags,
            text: segment.text,
            ip_id: segment.marks.ip_id,
            tsval: segment.options.timestamps.map(|ts| ts.val),
            wnd: segment.wnd,
        }
    }

    /// Whether a second segment like this one can only be a copy: a sender gives every segment a new IP-ID or, with octets, a new TSval.
    fn is_telling(&self) -> bool {
        self.ip_id.is_some_and(|id| id != 0)
            || self.tsval.is_some()
                && (self.text > 0 || self.flags.any(Flags::SYN.with(Flags::FIN)))
    }
}

/// What one side did.
#[derive(Debug, Default)]
struct Doings {
    recent: VecDeque<(Copy, Option<Timestamp>)>,
    last_id: Option<u16>,
    newest_before: Option<u32>,
    /// The peer sent a SYN or a RST that does not end the connection, and nothing has answered it yet.
    provoked: bool,
    /// That SYN had a number of its own: its sender knows nothing of this connection.
    provoked_by_opening: bool,
    /// The peer sent octets (or repeated some) since this side's last segment.
    owed: bool,
    /// When a gap opened before this side's highest octets.
    gap_at: Option<Timestamp>,
    /// Segments in a row that repeat or probe while the peer is silent.
    unanswered: u32,
    zero_window: bool,
    /// New octets after the peer's FIN was seen.
    text_after_peer_fin: bool,
}

/// The tags of an incarnation, and what is needed to find further ones.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) tags: BTreeSet<&'static str>,
    /// Frames of segments that somebody else sent in a side's name.
    pub(super) forged: Vec<(Side, u64, Option<Timestamp>)>,
    /// Copies recorded so soon after the first that the capture made them.
    pub(super) tap_copies: u64,
    doings: Pair<Doings>,
    third_ack_seen: bool,
    /// What a SYN-ACK that fits no recorded SYN acknowledged.
    stray_ack: Option<SeqNum>,
    /// Record times of the first SYN and of the opener's first ACK: a round trip, wherever the tap is.
    round_trip: (Option<Timestamp>, Option<Timestamp>),
}

/// A second record of one segment within this time is the capture's doing.
const SAME_INSTANT: Span = Span::from_micros(50);

impl Story {
    pub(super) fn self_connection(&mut self) {
        self.tags.insert("self-connection");
    }

    pub(super) fn corrupted(&mut self, _side: Side, _segment: &Segment) {
        self.tags.insert("bad-checksum");
    }

    pub(super) fn forged(&mut self, side: Side, seen: &Observation) {
        self.tags.insert("forged-segment");
        if seen.segment.rst() {
            self.tags.insert("reset");
        }
        self.doings.get_mut(side.other()).provoked = true;
        self.forged.push((side, seen.frame, seen.time));
    }

    /// The peer of `side` sent a SYN or a RST that calls for a challenge ACK; `opens` if the SYN had a number of its own.
    pub(super) fn provoke(&mut self, side: Side, opens: bool) {
        let own = self.doings.get_mut(side);
        own.provoked = true;
        own.provoked_by_opening = opens;
    }

    /// Takes in a segment of this incarnation.
    pub(super) fn tell(
        &mut self,
        seen: &Observation,
        placed: Placed,
        sent: &Sent<'_>,
        scene: &Scene<'_>,
    ) {
        self.tell_header(&seen.segment);
        if self.tell_copy(seen) {
            return;
        }
        self.tell_patience(seen, sent, scene);
        self.tell_handshake(seen, placed, scene);
        self.tell_stream(seen, sent, scene);
        self.tell_window(seen, sent, scene);
        self.tell_answers(seen, sent, scene);
        let own = self.doings.get_mut(seen.side);
        own.last_id = seen.segment.marks.ip_id;
        own.newest_before = scene.own.clock.newest();
    }

    fn tell_header(&mut self, segment: &Segment) {
        let told = [
            (segment.flags.has(Flags::URG), "urgent"),
            (!segment.options.sack.is_empty(), "sack"),
            (segment.options.mptcp.is_some(), "mptcp"),
            (
                segment.options.fast_open.is_some_and(|cookie| cookie > 0) && segment.is_bare_syn()
                    || segment.is_bare_syn()
                        && segment.text > 0
                        && segment.options.fast_open.is_some(),
                "fast-open",
            ),
            (segment.marks.fragmented, "ip-fragments"),
            (
                segment.marks.ecn != 0 || segment.is_syn_ack() && segment.flags.has(Flags::ECE),
                "ecn",
            ),
            (segment.rst(), "reset"),
        ];
        self.tags
            .extend(told.iter().filter(|(holds, _)| *holds).map(|(_, tag)| *tag));
    }

    /// Recognises copies made by the network or by the capture. Returns whether this is one.
    fn tell_copy(&mut self, seen: &Observation) -> bool {
        const KEPT: usize = 64;
        let copy = Copy::of(&seen.segment);
        let own = self.doings.get_mut(seen.side);
        let first = own
            .recent
            .iter()
            .find(|(known, _)| *known == copy)
            .map(|(_, time)| *time);
        let is_copy = first.is_some() && copy.is_telling();
        let provokes = is_copy && seen.segment.syn();
        if let Some(first) = first.filter(|_| is_copy) {
            let apart = seen.time.zip(first).map(|(now, then)| now.since(then));
            if apart.is_some_and(|span| span <= SAME_INSTANT) {
                self.tap_copies += 1;
            } else {
                self.tags.insert("network-duplicate");
            }
        }
        if own.recent.len() == KEPT {
            own.recent.pop_front();
        }
        own.recent.push_back((copy, seen.time));
        if provokes {
            self.provoke(seen.side.other(), false);
        }
        is_copy
    }

    fn tell_handshake(&mut self, seen: &Observation, placed: Placed, scene: &Scene<'_>) {
        let segment = &seen.segment;
        match placed {
            Placed::Crosses(_) => {
                self.tags.insert("simultaneous-open");
            }
            Placed::Repeats(_) if segment.is_bare_syn() && scene.own.ack_max.is_some() => {
                self.tags.insert("old-duplicate-syn");
                self.provoke(seen.side.other(), false);
            }
            Placed::Stray(_) if segment.is_syn_ack() => self.stray_ack = Some(segment.ack),
            Placed::Repeats(_) if segment.is_bare_syn() => {
                self.tags.insert("syn-retransmission");
            }
            Placed::Repeats(_) if scene.own.syn.as_ref().is_some_and(|syn| syn.with_ack > 1) => {
                self.tags.insert("synack-retransmission");
                if scene.peer.ack_max.is_some() {
                    self.provoke(seen.side.other(), false);
                }
            }
            _ => {}
        }
        let fast_open =
            scene.peer.syn.as_ref().is_some_and(|syn| {
                syn.bare > 0 && (syn.options.fast_open.is_some() || syn.text > 0)
            });
        let passive = scene
            .own
            .syn
            .as_ref()
            .is_some_and(|syn| syn.bare == 0 && syn.with_ack > 0);
        // Emitted before the third segment arrived: nothing of it is recorded, or the data still echoes the SYN.
        let echoes_syn = scene
            .peer
            .syn
            .as_ref()
            .and_then(|syn| syn.options.timestamps)
            .zip(segment.options.timestamps)
            .is_some_and(|(syn, ts)| syn.val == ts.ecr);
        let early = scene.peer.ack_max.is_none() || echoes_syn;
        if passive && fast_open && segment.text > 0 && !segment.syn() && early {
            self.tags
                .extend(["data-before-third-ack-legal", "fast-open"]);
        }
        if scene.own.syn.as_ref().is_some_and(|syn| syn.bare > 0)
            && segment.has_ack()
            && !segment.syn()
        {
            self.third_ack_seen = true;
            self.round_trip.1 = self.round_trip.1.or(seen.time);
        }
        if segment.is_bare_syn() {
            self.round_trip.0 = self.round_trip.0.or(seen.time);
        }
    }

    fn tell_stream(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
        let segment = &seen.segment;
        if segment.text == 0 && !segment.fin() || segment.syn() || segment.rst() {
            return;
        }
        let own = self.doings.get(seen.side);
        let keepalive = segment.text <= 1
            && sent.end() == scene.own.snd_max
            && scene.fresh == 0
            && scene
                .peer
                .ack_max
                .is_some_and(|ack| ack.across() >= sent.end());
        let below = sent.end() < scene.own.snd_max;
        let earlier_id = segment
            .marks
            .ip_id
            .zip(own.last_id)
            .is_some_and(|(id, last)| last.wrapping_sub(id) < 0x4000 && last != id);
        let earlier_stamp = segment
            .options
            .timestamps
            .zip(own.newest_before)
            .is_some_and(|(ts, newest)| newer(newest, ts.val));
        if scene.fresh == 0 && segment.text > 0 && !keepalive {
            let stale = earlier_stamp
                && scene
                    .peer
                    .ack_max
                    .is_some_and(|ack| ack.across() >= sent.end());
            self.tags.insert(if stale && scene.own.fin.is_some() {
                "old-duplicate"
            } else {
                "retransmission"
            });
        } else if scene.fresh == 0 && segment.fin() {
            self.tags.insert("fin-retransmission");
        } else if scene.fresh > 0 && below {
            // Without marks of order, what closes a gap before its sender can have heard of it was overtaken, not lost.
            let marked = segment.options.timestamps.is_some() || segment.marks.ip_id.is_some();
            let soon = !marked && self.within_round_trip(own.gap_at, seen.time);
            let reordered =
                earlier_stamp || segment.options.timestamps.is_none() && earlier_id || soon;
            self.tags.insert(if reordered {
                "reordering"
            } else {
                "retransmission"
            });
        }
        if keepalive && segment.text == 1 {
            self.tags.insert("keepalive");
        }
        if scene.fresh > 0
            && segment.text > 0
            && scene.peer.fin.is_some()
            && scene.own.ack_max >= scene.peer.fin_end().map(|end| end.across())
        {
            self.doings.get_mut(seen.side).text_after_peer_fin = true;
        }
    }

    fn within_round_trip(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> bool {
        let round_trip = self
            .round_trip
            .0
            .zip(self.round_trip.1)
            .map(|(syn, ack)| ack.since(syn));
        let apart = from.zip(to).map(|(from, to)| to.since(from));
        apart
            .zip(round_trip)
            .is_some_and(|(apart, round_trip)| apart < round_trip)
    }

    /// Who waits for whom: unanswered repetitions, and answers that nothing on the record called for.
    fn tell_patience(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
        let segment = &seen.segment;
        let repeats = scene.fresh == 0 && !segment.is_empty()
            || segment.is_empty() && sent.seq < scene.own.snd_max;
        let peer = self.doings.get_mut(seen.side.other());
        peer.unanswered = 0;
        peer.owed |= !segment.is_empty() || segment.rst() || sent.seq < scene.own.snd_max;
        let own = self.doings.get_mut(seen.side);
        let owed = std::mem::take(&mut own.owed);
        own.unanswered = if repeats || segment.rst() && own.unanswered > 1 {
            own.unanswered + 1
        } else {
            0
        };
        if scene.fresh > 0
            && sent.end() == scene.own.snd_max
            && scene.own.octets.len() > 1
            && own.gap_at.is_none()
        {
            own.gap_at = seen.time;
        } else if scene.own.octets.len() == 1 {
            own.gap_at = None;
        }
        let closed = acknowledged(scene.own, scene.peer) && acknowledged(scene.peer, scene.own);
        let again = segment.is_empty()
            && !segment.rst()
            && sent.ack == scene.own.ack_max
            && sent.seq == scene.own.snd_max;
        let last_ack = scene.own.acks.iter().any(|emitted| {
            Some(emitted.ack) == sent.ack && emitted.seq == sent.seq && emitted.frame < seen.frame
        });
        if closed && again && last_ack && !owed && !own.provoked {
            // Something reached it that no longer belonged there: a copy recorded when it was new.
            let syns = scene
                .peer
                .syn
                .as_ref()
                .is_some_and(|syn| syn.bare + syn.with_ack > 1);
            self.tags.insert(if syns {
                "old-duplicate-syn"
            } else {
                "old-duplicate"
            });
        }
    }

    fn tell_window(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
        let segment = &seen.segment;
        if segment.syn() || segment.rst() {
            return;
        }
        let peer_closed = self.doings.get(seen.side.other()).zero_window;
        let own = self.doings.get_mut(seen.side);
        let was_zero = own.zero_window;
        if segment.has_ack() {
            own.zero_window = segment.wnd == 0;
        }
        if segment.has_ack() && segment.wnd == 0 {
            self.tags.insert("zero-window");
        } else if was_zero && segment.has_ack() {
            self.tags.insert("window-update");
        }
        let behind = segment.text <= 1
            && sent.seq + 1
                == scene.own.snd_max.max(Seq::FIRST + 1)
                    - i64::from(scene.own.snd_max < Seq::FIRST + 1);
        let beyond = segment.text == 1 && scene.fresh > 0 && peer_closed;
        if peer_closed && (behind && scene.fresh == 0 || beyond) {
            self.tags.insert("window-probe");
        } else if behind && segment.is_empty() && sent.seq < scene.own.snd_max && !peer_closed {
            self.tags.insert("keepalive");
        }
    }

    fn tell_answers(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
        let segment = &seen.segment;
        let own = self.doings.get_mut(seen.side);
        let repeats = segment.is_empty()
            && !segment.rst()
            && sent.ack == scene.own.ack_max
            && sent.seq == scene.own.snd_max;
        let by_opening = std::mem::take(&mut own.provoked_by_opening);
        if std::mem::take(&mut own.provoked) && repeats {
            self.tags.insert("challenge-ack");
            if by_opening && scene.own.fin.is_none() && scene.peer.fin.is_none() {
                self.tags.insert("half-open");
            }
        }
        if scene.reacked && scene.time_wait {
            self.tags.insert("time-wait-reack");
        }
        if segment.rst() {
            if self.stray_ack == Some(segment.seq) && !segment.has_ack() {
                self.tags.insert("old-duplicate-syn");
            }
            let synchronized = scene.own.ack_max.is_some() && scene.peer.ack_max.is_some();
            if synchronized
                && scene.own.fin.is_none()
                && !segment.has_ack()
                && scene
                    .own
                    .ack_max
                    .is_some_and(|ack| ack <= scene.peer.snd_max.across())
                && scene.peer.reset.is_none()
                && scene.peer.fin.is_none()
            {
                self.tags.insert("half-open");
            }
        }
        if segment.rst()
            && segment.has_ack()
            && !scene.own.iss_known()
            && scene.peer.iss_known()
            && scene.own.kept.segments == 1
        {
            self.tags.insert("refused");
        }
    }
}

/// How an incarnation was opened and released, with the tags that follow from its end.
pub(super) fn conclude(
    story: &mut Story,
    incarnation: &Incarnation,
    reused: bool,
) -> (Handshake, Release) {
    let (a, b) = incarnation.view(Side::Low);
    let (opener, answerer) = if incarnation.opener == Some(Side::High) {
        (b, a)
    } else {
        (a, b)
    };
    let handshake = opening(story, incarnation, opener, answerer);
    let release = releasing(story, a, b);
    if reused
        && incarnation.opener.is_some()
        && !incarnation.midstream
        && incarnation.fork_of.is_none()
    {
        story.tags.insert("port-reuse");
    }
    if matches!(handshake, Handshake::ThreeWay)
        && !story.tags.contains("syn-retransmission")
        && !story.tags.contains("synack-retransmission")
    {
        story.tags.insert("clean-open");
    }
    if incarnation.midstream {
        story.tags.insert("midstream-start");
    }
    if Side::BOTH
        .iter()
        .any(|&side| story.doings.get(side).unanswered > 1)
    {
        story.tags.insert("timeout-abort");
    }
    if a.is_seen() != b.is_seen()
        && a.kept.segments + b.kept.segments > 4
        && (a.ack_max.is_some() || b.ack_max.is_some())
    {
        story.tags.insert("one-direction");
    }
    if [a, b].iter().any(|end| {
        end.anchor.is_some_and(|anchor| {
            u32::MAX - anchor.iss().0 < u32::try_from(end.snd_max.get()).unwrap_or(u32::MAX)
        }) && end.iss_known()
    }) {
        story.tags.insert("seq-wrap");
    }
    for end in [a, b] {
        if end.checksums.bad + end.checksums.offloaded > 0 && end.checksums.good == 0 {
            story.tags.insert("bad-checksum-is-offload");
        }
    }
    (handshake, release)
}

fn opening(
    story: &mut Story,
    incarnation: &Incarnation,
    opener: &Endpoint,
    answerer: &Endpoint,
) -> Handshake {
    let Some(syn) = opener.syn.as_ref().filter(|_| incarnation.opener.is_some()) else {
        return Handshake::Unseen;
    };
    if story.tags.contains("simultaneous-open") {
        return Handshake::Simultaneous;
    }
    match &answerer.syn {
        None if story.tags.contains("refused") => Handshake::Refused,
        None if !answerer.is_seen() => {
            if opener.reset.is_none() && opener.kept.segments == u64::from(syn.bare) {
                story.tags.insert("no-answer");
            }
            Handshake::Unanswered
        }
        None => Handshake::Unseen,
        Some(_) if syn.text > 0 && answerer.ack_max.is_some_and(|ack| ack > Seq::FIRST) => {
            Handshake::FastOpen
        }
        Some(_) if story.third_ack_seen => Handshake::ThreeWay,
        Some(_) => Handshake::Incomplete,
    }
}

fn acknowledged(end: &Endpoint, peer: &Endpoint) -> bool {
    end.fin_end()
        .is_some_and(|fin| peer.ack_max.is_some_and(|ack| ack.across() >= fin))
}

fn releasing(story: &mut Story, a: &Endpoint, b: &Endpoint) -> Release {
    let (Some(fin_a), Some(fin_b)) = (a.fin, b.fin) else {
        return if a.reset.is_some() || b.reset.is_some() {
            Release::Reset
        } else {
            Release::Open
        };
    };
    let first_has = |fin: crate::flow::FinRecord, other: Seq<Foreign>| {
        fin.acks.is_some_and(|(lowest, _)| lowest > other)
    };
    let a_knew_b = first_has(fin_a, fin_b.at.across());
    let b_knew_a = first_has(fin_b, fin_a.at.across());
    let half_close = Side::BOTH
        .iter()
        .any(|&side| story.doings.get(side).text_after_peer_fin);
    let both = acknowledged(a, b) && acknowledged(b, a);
    if half_close {
        story.tags.insert("half-close");
    }
    if !a_knew_b && !b_knew_a {
        story.tags.insert("simultaneous-close");
    }
    if both {
        story.tags.insert("clean-release");
    } else {
        return if a.reset.is_some() || b.reset.is_some() {
            Release::Reset
        } else {
            Release::Open
        };
    }
    let pure_between = if a_knew_b {
        acked_before(a, fin_a, fin_b.at)
    } else {
        acked_before(b, fin_b, fin_a.at)
    };
    match (!a_knew_b && !b_knew_a, half_close, pure_between) {
        (true, ..) => Release::Simultaneous,
        (_, true, _) => Release::HalfClose,
        (_, _, true) => Release::FourSegment,
        _ => {
            story.tags.insert("three-segment-release");
            Release::ThreeSegment
        }
    }
}

/// Whether `end` acknowledged the peer's FIN (at `peer_fin`) in a segment before its own FIN.
fn acked_before(
    end: &Endpoint,
    fin: crate::flow::FinRecord,
    peer_fin: Seq<crate::tcp::Local>,
) -> bool {
    end.acks
        .iter()
        .any(|emitted| emitted.ack > peer_fin.across() && emitted.frame < fin.frame)
}
