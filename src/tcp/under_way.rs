//! What has passed the tap towards an endpoint and may reach it at any later time: a segment that would change nothing
//! now may change something when others have arrived before it.
//!
//! Each kind of segment is kept as its outermost numbers, so the memory is constant and the bounds err to the wide
//! side. Not from the RFC, which knows no tap.

use super::half::{RecvHalf, SendHalf};
use super::segment::{Reading, Received, Segment};
use super::seq::{Foreign, Local, Seq};
use super::variables::Variables;

/// The outermost numbers of what was recorded towards an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct UnderWay {
    /// The highest ACK of what it may have sent.
    acked: Option<Seq<Local>>,
    /// The lowest and the highest ACK of what it has not sent yet.
    early: Option<(Seq<Local>, Seq<Local>)>,
    /// The furthest right edge that was offered.
    edge: Option<Seq<Local>>,
    /// From the first to the last octet beyond a hole.
    island: Option<(Seq<Foreign>, Seq<Foreign>)>,
    /// The lowest and the highest SEQ of its RSTs.
    resets: Option<(Seq<Foreign>, Seq<Foreign>)>,
    /// The lowest and the highest ACK of its RSTs.
    reset_acks: Option<(Seq<Local>, Seq<Local>)>,
}

impl UnderWay {
    /// Whether nothing is kept that a later segment could set free.
    pub(super) const fn awaits_nothing(&self) -> bool {
        self.early.is_none()
            && self.island.is_none()
            && self.resets.is_none()
            && self.reset_acks.is_none()
    }

    /// An acknowledgment of what was sent, and the right edge that came with it. Returns the furthest edge.
    pub(super) fn note(&mut self, ack: Seq<Local>, edge: Seq<Local>) -> Seq<Local> {
        self.acked = self.acked.max(Some(ack));
        let furthest = self.edge.map_or(edge, |known| known.max(edge));
        self.edge = Some(furthest);
        furthest
    }
}

impl Variables {
    /// `seg` has passed the tap.
    pub(super) fn note_under_way(&mut self, seg: &Received<'_>) {
        let segment = seg.segment;
        if segment.rst() {
            let (low, high) = self.under_way.resets.unwrap_or((seg.seq, seg.seq));
            self.under_way.resets = Some((low.min(seg.seq), high.max(seg.seq)));
            if let Some(ack) = seg.ack {
                let (low, high) = self.under_way.reset_acks.unwrap_or((ack, ack));
                self.under_way.reset_acks = Some((low.min(ack), high.max(ack)));
            }
            return;
        }
        self.fast_open |= segment.syn() && is_fast_open(segment);
        self.may_cross |= segment.is_bare_syn() && self.recv.may_be(RecvHalf::NoSyn);
        if let Some(ack) = seg.ack {
            if self.snd_nxt.may_ge(ack) {
                self.under_way.acked = self.under_way.acked.max(Some(ack));
            } else {
                let (low, high) = self.under_way.early.unwrap_or((ack, ack));
                self.under_way.early = Some((low.min(ack), high.max(ack)));
            }
        }
        // A window that comes with an unacceptable acknowledgment is not learnt (fifth step).
        let base = match seg.ack {
            Some(ack) if self.snd_nxt.may_ge(ack) => Some(ack),
            None if segment.syn() => Some(self.iss.unwrap_or(Seq::SYN) + 1),
            _ => None,
        };
        if let Some(base) = base {
            let window = self.snd_wind_shift.window(segment);
            let edge = base + window.possible().unwrap_or_else(|| window.proven());
            self.under_way.edge = self.under_way.edge.max(Some(edge));
        }
        // Neither text nor FIN of a segment without ACK is ever taken, except on a SYN (fifth step).
        let other_syn = segment.syn() && self.irs.is_some_and(|irs| irs != seg.seq);
        if (segment.has_ack() || segment.syn()) && !other_syn {
            self.note_fin(seg);
            self.note_octets(seg);
        }
    }

    /// Of two places the lower, unless it was taken for text already. Most stacks ignore a FIN on a SYN.
    fn note_fin(&mut self, seg: &Received<'_>) {
        let place = seg.end() - 1;
        let earlier = |fin| place < fin && self.rcv_nxt.may_le(place);
        if seg.segment.fin() && !seg.segment.syn() && self.peer_fin.is_none_or(earlier) {
            self.peer_fin = Some(place);
        }
    }

    fn note_octets(&mut self, seg: &Received<'_>) {
        // Beyond a FIN that was received nothing is taken (seventh step).
        let is_over = self.recv.surely_ge(RecvHalf::FinReceived)
            && self.peer_fin.is_some_and(|fin| seg.end() > fin + 1);
        if seg.segment.is_empty() || is_over {
            return;
        }
        if self.recv.may_ge(RecvHalf::SynReceived) && self.rcv_nxt.may_ge(seg.seq) {
            self.rcv_nxt.permit(seg.end());
            return;
        }
        let (left, right) = self.under_way.island.unwrap_or((seg.seq, seg.end()));
        self.under_way.island = Some((left.min(seg.seq), right.max(seg.end())));
    }

    /// Permits what the segments under way can do in the states that are possible by now.
    pub(super) fn let_arrive(&mut self) {
        self.let_octets_arrive();
        self.let_acks_arrive();
        if self.may_be_reset() {
            self.may_end();
        }
    }

    fn let_octets_arrive(&mut self) {
        if !self.recv.may_ge(RecvHalf::SynReceived) {
            return;
        }
        if let Some((left, right)) = self.under_way.island
            && self.rcv_nxt.may_ge(left)
        {
            self.rcv_nxt.permit(right);
            self.under_way.island = None;
        }
        if self
            .peer_fin
            .is_some_and(|fin| self.rcv_nxt.may_ge(fin + 1))
        {
            self.recv.permit(RecvHalf::FinReceived);
        }
    }

    fn let_acks_arrive(&mut self) {
        if !self.send.may_ge(SendHalf::SynSent) {
            return;
        }
        if let Some(edge) = self.under_way.edge
            && self.recv.may_ge(RecvHalf::SynReceived)
        {
            // One more than the window: a probe of a closed one, or a FIN.
            self.snd_nxt.permit(edge + 1);
        }
        if let Some((low, high)) = self.under_way.early
            && self.snd_nxt.may_ge(low)
        {
            let sent = self.snd_nxt.possible().map_or(high, |nxt| high.min(nxt));
            self.under_way.acked = self.under_way.acked.max(Some(sent));
        }
        let Some(acked) = self.under_way.acked else {
            return;
        };
        self.snd_una.permit(acked);
        self.permit_acked(acked);
    }

    /// An acknowledgment up to `ack` permits this of every point of the own half.
    pub(super) fn permit_acked(&mut self, ack: Seq<Local>) {
        let of_syn = self.iss.is_none_or(|iss| ack > iss);
        let of_fin = self.fin.is_some_and(|fin| ack > fin);
        if of_syn && self.send.may_ge(SendHalf::SynSent) {
            self.send.permit(SendHalf::SynAcked);
        }
        if of_fin && self.send.may_ge(SendHalf::FinSent { syn_acked: false }) {
            self.send.permit(SendHalf::FinAcked);
        }
    }

    fn may_be_reset(&self) -> bool {
        let Some((low, high)) = self.under_way.resets else {
            return false;
        };
        let opening = self.send.may_be(SendHalf::SynSent) && self.recv.may_be(RecvHalf::NoSyn);
        let by_ack = self.under_way.reset_acks.is_some_and(|(low, high)| {
            self.iss.is_none_or(|iss| high > iss) && self.snd_nxt.may_ge(low)
        });
        let in_window = self.recv.may_ge(RecvHalf::SynReceived)
            && self.rcv_nxt.may_le(high + 1)
            && (self.rcv_edge.may_ge(low) || self.rcv_nxt.may_ge(low));
        opening && by_ack || in_window
    }
}

/// A SYN with text, or one that may have text elsewhere. Options that were cut or malformed may hide it.
pub(super) fn is_fast_open(syn: &Segment) -> bool {
    let hidden = syn.options.reading != Reading::Complete;
    syn.text > 0 || syn.options.fast_open.is_some() || hidden
}
