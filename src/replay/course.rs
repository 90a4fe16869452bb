//! The course of the stream: retransmission, reordering, patience, windows. Part of the story of an incarnation.

use super::ending::acknowledged;
use super::story::{Scene, Story};
use crate::flow::{Observation, newer};
use crate::tcp::{Sent, Seq};
use crate::time::Timestamp;

impl Story {
    pub(super) fn tell_stream(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
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
            if stale && scene.own.fin.is_some() {
                self.tags.insert("old-duplicate");
            } else {
                let acknowledged = scene
                    .peer
                    .ack_max
                    .is_some_and(|ack| ack.across() >= sent.end());
                let why = if acknowledged {
                    "spurious-retransmission"
                } else {
                    "loss-after-tap"
                };
                self.tags.extend(["retransmission", why]);
            }
        } else if scene.fresh == 0 && segment.fin() {
            self.tags.insert("fin-retransmission");
        } else if scene.fresh > 0 && below {
            // Without marks of order, what closes a gap before its sender can have heard of it was overtaken, not lost.
            let marked = segment.options.timestamps.is_some() || segment.marks.ip_id.is_some();
            let soon = !marked && self.within_round_trip(own.gap_at, seen.time);
            let reordered =
                earlier_stamp || segment.options.timestamps.is_none() && earlier_id || soon;
            if reordered {
                self.tags.insert("reordering");
            } else {
                self.tags.extend(["retransmission", "loss-before-tap"]);
            }
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
    pub(super) fn tell_patience(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
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

    pub(super) fn tell_window(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
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
}
