//! What a guard sees: one segment, from its sender's side, between the bounds that the record puts on what the sender knew.

use super::rule::Proof;
use crate::flow::Endpoint;
use crate::tcp::{Checksum, Foreign, Hidden, Local, Reading, Segment, Sent, Seq, SeqNum};
use crate::time::{Span, Timestamp};
use std::net::SocketAddr;

/// One segment of an endpoint, before it is taken into the record.
#[derive(Clone, Copy, Debug)]
pub struct Emission<'a> {
    /// The segment with unwrapped numbers.
    pub sent: Sent<'a>,
    /// What was seen of its sender before.
    pub own: &'a Endpoint,
    /// What was seen of the peer before.
    pub peer: &'a Endpoint,
    /// What the replay found out about its surroundings.
    pub context: Context,
}

/// What no single endpoint's record tells about a segment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// Whether the sender sent the first SYN.
    pub opener: bool,
    /// Whether a SYN-ACK fits no SYN of any incarnation.
    pub stray: bool,
    /// Its record time.
    pub time: Option<Timestamp>,
    /// Whether the tap is at the sender, as far as the user or the frames so far say.
    pub at_tap: bool,
    /// Time since the sender's RST was recorded, in nanoseconds; `None` without a RST or without times.
    pub since_reset: Option<i64>,
    /// Whether some segment of any incarnation, or the sender's own stream, explains the numbers of a RST.
    pub reset_is_explained: bool,
    /// The addresses and ports of the sender and of its peer.
    pub between: Option<(SocketAddr, SocketAddr)>,
    /// Where a SYN that opens a new incarnation stands in the numbers of the one before.
    pub reuse: Option<Reuse>,
    /// The frame of the peer's RST, if this RST has the numbers of an answer to it and nothing else of the peer came in between.
    pub answers_reset: Option<u64>,
}

/// A SYN with a number from the stream of an earlier incarnation.
#[derive(Clone, Copy, Debug)]
pub struct Reuse {
    /// How many of the old numbers are still to come from this one on.
    pub ahead: i64,
    /// Time since the old incarnation's last segment, in nanoseconds.
    pub since: Option<i64>,
    /// The frame of that segment.
    pub frame: u64,
    /// Whether the old incarnation had begun to close.
    pub closed: bool,
}

/// What would make a segment legal that its guard refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: segments on the record contradict each other (class A).
    Nothing,
    /// Octets of the peer up to here.
    PeerOctets(Seq<Foreign>),
    /// An acknowledgment of the peer that reaches here.
    PeerAck(Seq<Local>),
    /// A window of the peer whose right edge reaches here.
    PeerEdge(Seq<Local>),
    /// A SYN of the peer with this number.
    PeerSyn(SeqNum),
    /// A copy of a SYN of the peer with the option in question.
    PeerOffer,
    /// So many octets of the peer from here on, whatever lies before them.
    PeerBlock(Seq<Foreign>, u32),
    /// A RST of the peer that ended the connection first.
    PeerReset,
    /// A segment of the endpoint itself: the answer that it owed, or what called for what it did.
    OwnSegment,
    /// Some segment of the peer, perhaps of an older incarnation, with these numbers.
    PeerSegment,
    /// A path to the tap on which the segment was overtaken by a later one of its sender.
    Overtaking,
    /// An earlier copy of what the segment tells of the peer, first recorded so long after the segment that it contradicts.
    EarlierCopy(Span),
    /// An undamaged copy of the peer's octets up to here.
    WholeCopy(Seq<Foreign>),
}

/// A guard's refusal: what was expected and seen, and what would acquit.
#[derive(Clone, Debug)]
pub struct Breach {
    /// One sentence, in relative numbers.
    pub message: String,
    /// What would have been legal.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// What would acquit.
    pub need: Need,
    /// The strongest proof that this guard can give here.
    pub proof: Proof,
    /// Other frames that the contradiction rests on.
    pub witnesses: Vec<u64>,
}

impl<'a> Emission<'a> {
    /// The segment.
    pub const fn segment(&self) -> &'a Segment {
        self.sent.segment
    }

    /// How much a field of this one segment can prove, at most `best`: nothing where a bit may have been flipped on the path, and
    /// never certainty on a SYN alone, which boxes on the path send with an endpoint's address. What cannot be verified is weighed
    /// when the peer was heard.
    pub fn worth(&self, best: Proof) -> Option<Proof> {
        match self.segment().checksum {
            Checksum::Bad => None,
            Checksum::Unknown => Some(best.min(Proof::Strong)),
            _ if self.segment().is_bare_syn() => Some(best.min(Proof::Strong)),
            _ => Some(best),
        }
    }

    /// A refusal that rests on fields of this one segment alone; none where nothing in it is evidence.
    pub fn wrong_field(
        &self,
        best: Proof,
        message: impl Into<String>,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) -> Result<(), Breach> {
        let best = if self.is_joined() {
            best
        } else {
            best.min(Proof::Strong)
        };
        // What no checksum vouches for may be a flipped bit.
        let verified = self.segment().checksum != Checksum::Unknown;
        let Some(proof) = self.worth(best).filter(|_| verified) else {
            return Ok(());
        };
        Err(Breach {
            message: message.into(),
            expected: expected.into(),
            seen: seen.into(),
            need: Need::Nothing,
            proof,
            witnesses: Vec::new(),
        })
    }

    /// A refusal of what a SYN-ACK says without having been asked by any copy of the peer's SYN; none where not all copies can be read.
    pub fn not_asked(
        &self,
        asked: bool,
        message: impl Into<String>,
        what: &str,
    ) -> Result<(), Breach> {
        let syn = self.peer.syn.as_ref().filter(|syn| syn.bare > 0);
        let Some(syn) = syn.filter(|syn| !asked && !syn.offers.unread) else {
            return Ok(());
        };
        // In a simultaneous open each side repeats what it offered before it saw the other's SYN.
        if self.own.syn.as_ref().is_some_and(|own| own.bare > 0) {
            return Ok(());
        }
        let Some(proof) = self.worth(Proof::Strong) else {
            return Ok(());
        };
        Err(Breach {
            message: message.into(),
            expected: format!("no {what}"),
            seen: what.to_owned(),
            need: Need::PeerOffer,
            proof,
            witnesses: vec![syn.frame],
        })
    }

    /// Whether the sender was heard in a synchronised state, or both SYNs were seen.
    pub fn is_open(&self) -> bool {
        let opened = self.own.syn.is_some() && self.peer.iss_known();
        self.own.ack_max.is_some()
            || opened
            || self.own.syn.as_ref().is_some_and(|syn| syn.with_ack > 0)
    }

    /// Whether both numbers lie where this incarnation stands, so that no stranger and no straggler sent the segment.
    pub fn is_joined(&self) -> bool {
        const NEAR: i64 = 1 << 22;
        let near = |low: i64, high: i64, at: i64| (low - NEAR..=high + NEAR).contains(&at);
        let (own, peer) = (self.own, self.peer);
        let own_low = own.known.start().unwrap_or(own.snd_max);
        let peer_low = peer.known.start().unwrap_or(peer.snd_max);
        own.anchor.is_some()
            && near(own_low.get(), own.snd_max.get(), self.sent.seq.get())
            && self
                .sent
                .ack
                .is_none_or(|ack| near(peer_low.get(), peer.snd_max.get(), ack.get()))
    }

    /// Whether the options were read to their end: what is not there was not sent.
    pub fn shows_all_options(&self) -> bool {
        self.segment().options.reading == Reading::Complete
    }

    /// Whether this is the opener's first acknowledgment, the third segment of the handshake (or a copy of it).
    pub fn is_third_segment(&self) -> bool {
        self.context.opener
            && self.own.ack_max.is_none()
            && self.peer.iss_known()
            && !self.segment().syn()
    }

    /// Whether this is data on a third segment whose ACK is far from the peer's SYN and echoes nothing of the peer: its sender
    /// cannot have had that SYN.
    pub fn is_invented(&self) -> bool {
        let near = self
            .sent
            .ack
            .is_some_and(|ack| (ack - Seq::FIRST).abs() <= 1 << 16);
        self.is_third_segment() && self.segment().text > 0 && !near && !self.echoes_seen()
    }

    /// Whether the window is shared with other connections and counts from elsewhere (RFC 8684 section 3.3.4).
    pub fn window_is_shared(&self) -> bool {
        [self.own, self.peer].iter().any(|end| {
            end.syn
                .as_ref()
                .is_some_and(|syn| syn.options.mptcp.is_some())
        })
    }

    /// The sender's RCV.NXT: at least what it acknowledged, at most what was seen of the peer.
    pub fn rcv_nxt(&self) -> Hidden<Seq<Foreign>> {
        let proven = self.own.ack_max.unwrap_or(Seq::SYN);
        if self.peer.bounded {
            Hidden::between(proven, self.peer.prefix_end().across())
        } else {
            Hidden::at_least(proven)
        }
    }

    /// The sender's SND.UNA: at most what the peer was seen to acknowledge.
    pub fn snd_una(&self) -> Hidden<Seq<Local>> {
        let seen = self.peer.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across);
        if self.own.iss_known() {
            Hidden::between(Seq::SYN, seen)
        } else {
            Hidden::at_least(Seq::relative(i64::MIN))
        }
    }

    /// The furthest right edge that the sender may know of. Taking the maximum over all offers is safe against shrunken windows.
    pub fn right_edge(&self) -> Hidden<Seq<Local>> {
        let lowest = Seq::relative(i64::MIN);
        match self.peer.edge_max {
            Some(edge) if self.own.bounded && self.peer.bounded => {
                Hidden::between(lowest, edge.across())
            }
            _ => Hidden::at_least(lowest),
        }
    }

    /// Whether a number of the sender lies where its stream is or may go next: what is far from it may belong to another incarnation.
    pub fn joins(&self, seq: Seq<Local>) -> bool {
        let start = self.own.known.start().unwrap_or(self.own.snd_max);
        let edge = self
            .peer
            .edge_max
            .map_or(self.own.snd_max, Seq::<Foreign>::across);
        let end = edge.max(self.own.snd_max) + (1 << 16);
        (start - 1..=end).contains(&seq)
    }

    /// Whether an acknowledgment lies within what was seen of the peer, or close by.
    pub fn joins_peer(&self, ack: Seq<Foreign>) -> bool {
        // What is seen of it may lie far below a beginning that was guessed.
        let start = self.peer.known.start().unwrap_or(self.peer.snd_max);
        let end = self.peer.known.end().unwrap_or(self.peer.snd_max);
        (start - 1..=end + (1 << 16)).contains(&ack.across())
    }

    /// Whether the segment echoes a TSval that was seen from the peer.
    pub fn echoes_seen(&self) -> bool {
        self.segment()
            .options
            .timestamps
            .is_some_and(|ts| self.peer.clock.may_hold(ts.ecr))
    }

    /// Whether the segment echoes a TSval that was never seen, a trace of a segment that the capture missed.
    pub fn echoes_unseen(&self) -> bool {
        self.segment().has_ack()
            && self.peer.clock.newest().is_some()
            && self
                .segment()
                .options
                .timestamps
                .is_some_and(|ts| ts.ecr != 0 && !self.peer.clock.may_hold(ts.ecr))
    }
}
