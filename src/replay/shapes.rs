//! Odd shapes that are legal, and exchanges that go round in circles. Part of the story of an incarnation.

use super::ending::acknowledged;
use super::story::{Scene, Story};
use crate::flow::{Observation, Side};
use crate::tcp::{Flags, Oddities, Reading, Segment, Sent, Seq};
use crate::time::{Span, Timestamp};

/// RFC 5961 section 7 gives ten in five seconds as an example.
const CHALLENGES: u32 = 10;
const CHALLENGE_SPAN: Span = Span::from_secs(5);
/// So many make a circle, and so many a storm.
const CIRCLE: u32 = 3;
const STORM: u32 = 10;
/// A segment size below this serves no link.
const TINY: u16 = 88;

/// What one side repeats.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Repeats {
    challenges: u32,
    challenged_since: Option<Timestamp>,
    resets: u32,
    /// The last segment of all was the peer's RST.
    after_reset: bool,
    acks_of_resets: u32,
}

/// What is odd about a segment by itself.
pub(super) fn odd(segment: &Segment) -> impl Iterator<Item = &'static str> {
    let (syn, options) = (segment.syn(), &segment.options);
    let read = options.reading == Reading::Complete;
    let echo = options.timestamps.is_some_and(|ts| ts.ecr != 0);
    let marked = segment.marks.ecn != 0;
    let told = [
        (
            segment.up != 0 && !segment.flags.has(Flags::URG),
            "urgent-pointer-unused",
        ),
        (syn && options.mss.is_some_and(|mss| mss < TINY), "mss-tiny"),
        (syn && read && options.mss.is_none(), "mss-absent"),
        (
            echo && !segment.has_ack() && !segment.rst(),
            "timestamp-echo-without-ack",
        ),
        (
            options.odd.has(Oddities::USER_TIMEOUT),
            "user-timeout-malformed",
        ),
        (marked && segment.text == 0, "ect-on-control"),
        (
            syn && read && segment.text > 0 && options.fast_open.is_none(),
            "data-on-syn",
        ),
    ];
    told.into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, tag)| tag)
}

impl Story {
    /// RSTs of a side that had closed: it takes nothing more, or it is no longer there.
    pub(super) fn tell_late_reset(&mut self, sent: &Sent<'_>, scene: &Scene<'_>) {
        let (own, peer) = (scene.own, scene.peer);
        let Some(end) = own.fin_end().filter(|_| sent.segment.rst()) else {
            return;
        };
        let open = own.ack_max.map_or(peer.snd_max, |ack| ack.across()) < peer.snd_max;
        if open && peer.fin.is_none() {
            self.tags.insert("half-duplex-close");
        }
        let acknowledged = peer.ack_max.is_some_and(|ack| ack.across() >= end);
        let unanswered = peer
            .fin
            .is_some_and(|fin| own.ack_max.is_none_or(|ack| ack.across() <= fin.at));
        if acknowledged && unanswered && !sent.segment.has_ack() && sent.seq == end {
            self.tags.insert("vanished-in-fin-wait");
        }
    }

    /// A RST that takes its number from an ACK of long ago: something of the old stream has reached a closed endpoint.
    pub(super) fn tell_late_answer(&mut self, sent: &Sent<'_>, scene: &Scene<'_>) {
        let (own, peer) = (scene.own, scene.peer);
        let closed = acknowledged(own, peer) && acknowledged(peer, own);
        let in_stream = (Seq::FIRST..own.snd_max).contains(&sent.seq);
        let last = own.fin.is_some_and(|fin| sent.seq == fin.at);
        if sent.segment.rst() && !sent.segment.has_ack() && closed && in_stream && !last {
            self.tags.insert("old-duplicate");
        }
    }

    /// RST and ACK in turn, and RSTs without end.
    pub(super) fn tell_circles(&mut self, seen: &Observation) {
        let segment = &seen.segment;
        let own = self.repeats.get_mut(seen.side);
        let answers = std::mem::take(&mut own.after_reset);
        if segment.rst() {
            own.resets = own.resets.saturating_add(1);
            if own.resets == STORM {
                self.tags.insert("reset-storm");
            }
            self.repeats.get_mut(seen.side.other()).after_reset = true;
        } else if answers && segment.is_empty() {
            own.acks_of_resets = own.acks_of_resets.saturating_add(1);
            if own.acks_of_resets == CIRCLE {
                self.tags.insert("reset-ack-loop");
            }
        }
    }

    /// One more challenge ACK of a side.
    pub(super) fn tell_challenge(&mut self, side: Side, time: Option<Timestamp>) {
        self.tags.insert("challenge-ack");
        let own = self.repeats.get_mut(side);
        let apart = time.zip(own.challenged_since);
        if apart.is_none_or(|(now, since)| now.since(since) > CHALLENGE_SPAN) {
            own.challenged_since = time;
            own.challenges = 0;
        }
        own.challenges = own.challenges.saturating_add(1);
        if own.challenges == CHALLENGES + 1 && time.is_some() {
            self.tags.insert("challenge-ack-storm");
        }
    }
}
