//! One use of a 4-tuple: two endpoints whose numbers belong together.

use super::endpoint::Endpoint;
use super::four_tuple::{Pair, Side};
use crate::tcp::{Anchor, Foreign, Framing, Segment, Sent, Seq};
use crate::time::Timestamp;

/// A segment as the tap recorded it.
#[derive(Clone, Debug)]
pub struct Observation {
    /// 1-based frame number.
    pub frame: u64,
    /// Record time.
    pub time: Option<Timestamp>,
    /// Who sent it.
    pub side: Side,
    /// What its frame tells about the place of the tap.
    pub framing: Framing,
    /// The segment.
    pub segment: Segment,
}

/// One incarnation of a connection (RFC 9293 section 3.4.3).
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Incarnation {
    /// What is known of each endpoint.
    pub ends: Pair<Endpoint>,
    /// Which incarnation's SYN this one shares, if a SYN was answered twice with different numbers.
    pub fork_of: Option<usize>,
    /// Whether it was already under way when its first segment was recorded.
    pub midstream: bool,
    /// Whose numbers its SYN has just moved, and by how much: octets of it had been recorded first.
    pub shifted: Option<(Side, i64)>,
    /// Who sent the first SYN without ACK.
    pub opener: Option<Side>,
    /// Frames of its first and last segment.
    pub frames: Option<(u64, u64)>,
    /// Times of its first and last segment.
    pub times: Option<(Timestamp, Timestamp)>,
}

impl Incarnation {
    /// The endpoint of a side and its peer.
    pub const fn view(&self, side: Side) -> (&Endpoint, &Endpoint) {
        (self.ends.get(side), self.ends.get(side.other()))
    }

    /// Whether both streams have ended and that was acknowledged, or a RST was seen.
    pub fn is_over(&self) -> bool {
        let (low, high) = self.view(Side::Low);
        let acked = |end: &Endpoint, by: &Endpoint| {
            let fin = end.fin_end();
            fin.is_some_and(|fin| by.ack_max.is_some_and(|ack| ack.across() >= fin))
        };
        let reset = low.reset.is_some() || high.reset.is_some();
        reset || acked(low, high) && acked(high, low)
    }

    /// Counts a segment in.
    pub fn touch(&mut self, frame: u64, time: Option<Timestamp>) {
        self.frames = Some(
            self.frames
                .map_or((frame, frame), |(first, _)| (first, frame)),
        );
        if let Some(time) = time {
            self.times = Some(self.times.map_or((time, time), |(first, _)| (first, time)));
        }
    }

    /// Anchors spaces that no segment has anchored yet, so that `segment` of `side` can be unwrapped.
    pub fn anchor(&mut self, side: Side, segment: &Segment) {
        let first = if segment.syn() {
            segment.seq
        } else {
            segment.seq.advance(u32::MAX)
        };
        let own = self.ends.get_mut(side);
        own.anchor.get_or_insert(Anchor::at(first));
        if segment.has_ack() {
            let peer = self.ends.get_mut(side.other());
            peer.anchor
                .get_or_insert(Anchor::at(segment.ack.advance(u32::MAX)));
        }
    }

    /// The numbers of `segment` as its sender means them. A space that nothing has anchored starts at the segment's own number.
    pub fn unwrap<'a>(&self, side: Side, segment: &'a Segment) -> Sent<'a> {
        let (own, peer) = self.view(side);
        let near_seq = own.snd_max.max(own.empty_max.unwrap_or(own.snd_max));
        let near_ack: Seq<Foreign> = peer.snd_max.across();
        let own_anchor = own.anchor.unwrap_or(Anchor::at(segment.seq));
        let peer_anchor = peer.anchor.unwrap_or(Anchor::at(segment.ack));
        Sent::through(segment, (own_anchor, near_seq), (peer_anchor, near_ack))
    }
}
