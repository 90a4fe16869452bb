//! What happened in one incarnation, in the field's words. Tags tell, they never blame.

use super::copies::{Copy, Recent, is_telling};
use super::shapes::{self, Repeats};
use super::told::Tags;
use crate::flow::{Endpoint, Observation, Pair, Placed, Side, newer};
use crate::tcp::{Flags, Segment, Sent, SeqNum};
use crate::time::{Span, Timestamp};

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
    /// Whether its receiver surely was.
    pub(super) peer_time_wait: bool,
}

/// What one side did.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Doings {
    /// How it opened its window.
    pub(super) opening: super::habits::Opening,
    pub(super) recent: Recent,
    pub(super) last_id: Option<u16>,
    pub(super) newest_before: Option<u32>,
    /// The peer sent a SYN or a RST that does not end the connection, and nothing has answered it yet.
    pub(super) provoked: bool,
    /// That SYN had a number of its own: its sender knows nothing of this connection.
    pub(super) provoked_by_opening: bool,
    /// The peer sent octets (or repeated some) since this side's last segment.
    pub(super) owed: bool,
    /// When a gap opened before this side's highest octets.
    pub(super) gap_at: Option<Timestamp>,
    /// Segments in a row that repeat or probe while the peer is silent.
    pub(super) unanswered: u32,
    pub(super) zero_window: bool,
    /// New octets after the peer's FIN was seen.
    pub(super) text_after_peer_fin: bool,
}

/// The tags of an incarnation, and what is needed to find further ones.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Story {
    pub(super) tags: Tags,
    /// Frames of segments that somebody else sent in a side's name.
    pub(super) forged: Vec<(Side, u64, Option<Timestamp>)>,
    /// Copies recorded so soon after the first that the capture made them.
    pub(super) tap_copies: u64,
    pub(super) doings: Pair<Doings>,
    pub(super) repeats: Pair<Repeats>,
    pub(super) third_ack_seen: bool,
    /// What a SYN-ACK that fits no recorded SYN acknowledged.
    pub(super) stray_ack: Option<SeqNum>,
    /// Record times of the first SYN and of the opener's first ACK: a round trip, wherever the tap is.
    pub(super) round_trip: (Option<Timestamp>, Option<Timestamp>),
}

/// A second record of one segment within this time is the capture's doing.
const SAME_INSTANT: Span = Span::from_micros(50);

/// How many of them one incarnation tells of.
const FORGED: usize = 256;

impl Story {
    pub(super) fn self_connection(&mut self) {
        self.tags.insert("self-connection");
    }

    pub(super) fn corrupted(&mut self, seen: &Observation) {
        self.tags.at(Some((seen.frame, seen.side)));
        self.tags.insert("bad-checksum");
    }

    pub(super) fn rewritten(&mut self, seen: &Observation) {
        self.tags.at(Some((seen.frame, seen.side)));
        self.tags.insert("numbers-rewritten");
    }

    pub(super) fn forged(&mut self, side: Side, seen: &Observation) {
        self.tags.at(Some((seen.frame, seen.side)));
        self.tags.insert("forged-segment");
        if seen.segment.rst() {
            self.tags.insert("reset");
        }
        self.doings.get_mut(side.other()).provoked = true;
        if self.forged.len() < FORGED {
            self.forged.push((side, seen.frame, seen.time));
        }
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
        self.tags.at(Some((seen.frame, seen.side)));
        self.tell_header(&seen.segment);
        if self.tell_copy(seen) {
            return;
        }
        self.tell_patience(seen, sent, scene);
        self.tell_handshake(seen, placed, scene);
        self.tell_stream(seen, sent, scene);
        self.tell_window(seen, sent, scene);
        self.tell_habits(seen, sent, scene);
        self.tell_answers(seen, sent, scene);
        self.tell_late_reset(sent, scene);
        self.tell_late_answer(sent, scene);
        self.tell_circles(seen);
        let own = self.doings.get_mut(seen.side);
        own.last_id = seen.segment.marks.ip_id;
        own.newest_before = scene.own.clock.newest();
    }

    /// Whether nothing in the story is waiting for the next segment.
    pub(super) fn is_calm(&self) -> bool {
        Side::BOTH.iter().all(|&side| {
            let own = self.doings.get(side);
            !(own.provoked || own.provoked_by_opening || own.zero_window)
        })
    }

    /// Whether an ordinary segment may be a copy: it is empty and acknowledges what was acknowledged before.
    pub(super) fn is_copy(&self, seen: &Observation, sent: &Sent<'_>, own: &Endpoint) -> bool {
        let segment = &seen.segment;
        let newer_stamp = segment
            .options
            .timestamps
            .zip(own.clock.newest())
            .is_some_and(|(ts, newest)| newer(ts.val, newest));
        let is_new = segment.text > 0 || sent.ack > own.ack_max || newer_stamp;
        let recent = &self.doings.get(seen.side).recent;
        !is_new && is_telling(segment) && recent.first(Copy::of(segment)).is_some()
    }

    /// [`Self::tell`] of an ordinary segment, while [`Self::is_calm`].
    pub(super) fn tell_ordinary(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
        let (segment, own) = (&seen.segment, scene.own);
        self.tags.at(Some((seen.frame, seen.side)));
        self.tell_habits(seen, sent, scene);
        let peer = self.doings.get_mut(seen.side.other());
        peer.unanswered = 0;
        peer.owed |= segment.text > 0;
        let doings = self.doings.get_mut(seen.side);
        doings.recent.push(Copy::of(segment), seen.time);
        doings.owed = false;
        doings.unanswered = 0;
        doings.gap_at = None;
        doings.last_id = segment.marks.ip_id;
        doings.newest_before = own.clock.newest();
        if own.syn.as_ref().is_some_and(|syn| syn.bare > 0) {
            self.third_ack_seen = true;
            self.round_trip.1 = self.round_trip.1.or(seen.time);
        }
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
            (segment.marks.ecn == 3, "congestion-marked"),
            (reports_duplicate(segment), "duplicate-sack"),
        ];
        self.tags.extend(shapes::odd(segment));
        self.tags
            .extend(told.iter().filter(|(holds, _)| *holds).map(|(_, tag)| *tag));
    }

    /// Recognises copies made by the network or by the capture. Returns whether this is one.
    fn tell_copy(&mut self, seen: &Observation) -> bool {
        let copy = Copy::of(&seen.segment);
        let own = self.doings.get_mut(seen.side);
        let first = own.recent.first(copy);
        let is_copy = first.is_some() && is_telling(&seen.segment);
        let provokes = is_copy && seen.segment.syn();
        if let Some(first) = first.filter(|_| is_copy) {
            let apart = seen.time.zip(first).map(|(now, then)| now.since(then));
            if apart.is_some_and(|span| span <= SAME_INSTANT) {
                self.tap_copies += 1;
            } else {
                self.tags.insert("network-duplicate");
            }
        }
        own.recent.push(copy, seen.time);
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

    fn tell_answers(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
        let segment = &seen.segment;
        let own = self.doings.get_mut(seen.side);
        let repeats = segment.is_empty()
            && !segment.rst()
            && sent.ack == scene.own.ack_max
            && sent.seq == scene.own.snd_max;
        let by_opening = std::mem::take(&mut own.provoked_by_opening);
        if std::mem::take(&mut own.provoked) && repeats {
            self.tell_challenge(seen.side, seen.time);
            if by_opening && scene.own.fin.is_none() && scene.peer.fin.is_none() {
                self.tags.insert("half-open");
            }
        }
        if scene.reacked && scene.time_wait {
            self.tags.insert("time-wait-reack");
        }
        if segment.rst() {
            if scene.peer_time_wait {
                self.tags.insert("time-wait-assassination");
            }
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

/// RFC 2883 section 4: the first block names a duplicate if it ends at or below the ACK, or lies inside the second.
fn reports_duplicate(segment: &Segment) -> bool {
    let mut blocks = segment.options.sack.iter();
    let (Some((left, right)), second) = (blocks.next(), blocks.next()) else {
        return false;
    };
    let inside = second
        .is_some_and(|(from, to)| left.distance_from(*from) >= 0 && to.distance_from(*right) >= 0);
    segment.has_ack() && (segment.ack.distance_from(*right) >= 0 || inside)
}
