//! The reference machine beside the record: what each endpoint of an incarnation may be in (RFC 9293 section 3.10).
//!
//! The endpoint's own segments raise what is proven (`calls`), its peer's what is possible (`arrives`).

use crate::flow::{Endpoint, FinRecord, Incarnation, Pair, Side};
use crate::tcp::{
    Flags, Opening, Segment, SendHalf, Sent, Seq, StateSet, Variables, WindowScale, arrives, calls,
    timeouts,
};
use crate::time::Span;

/// TIME-WAIT lasts longer than this in every stack of good repute.
const TIME_WAIT: Span = Span::from_secs(5);

/// R2, after which a connection may be given up without a word, is at least this (RFC 9293 section 3.8.3).
const R2: Span = Span::from_secs(100);

/// The variables of both endpoints.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub(super) struct Machine {
    ends: Pair<Variables>,
    scaled: bool,
}

impl Machine {
    /// Before the first segment of an incarnation, as its placement found it.
    pub(super) fn before(incarnation: &Incarnation) -> Self {
        let mut ends = Pair::new(Variables::midstream(), Variables::midstream());
        if let Some(opener) = incarnation.opener.filter(|_| !incarnation.midstream) {
            *ends.get_mut(opener) = Variables::fresh(Some(Opening::Active));
            // Its peer may wait in LISTEN, or open by itself at the same time.
            *ends.get_mut(opener.other()) = Variables::fresh(None);
        }
        let mut machine = Self {
            ends,
            scaled: false,
        };
        machine.share_syn(incarnation);
        machine
    }

    /// A second answer to one SYN: the opener has sent it already.
    fn share_syn(&mut self, incarnation: &Incarnation) {
        let Some(opener) = incarnation.opener.filter(|_| incarnation.fork_of.is_some()) else {
            return;
        };
        if let Some(syn) = &incarnation.ends.get(opener).syn {
            let segment = Segment {
                flags: Flags::SYN,
                text: syn.text,
                options: syn.options.clone(),
                ..Segment::default()
            };
            self.step(
                opener,
                &Sent {
                    segment: &segment,
                    seq: Seq::SYN,
                    ack: None,
                },
            );
        }
    }

    /// Nothing was recorded of this incarnation for so long.
    pub(super) fn wait(&mut self, silence: Span) {
        for side in Side::BOTH {
            let end = self.ends.get_mut(side);
            if silence >= TIME_WAIT {
                *end = timeouts::time_wait(end);
            }
            if silence >= R2 {
                *end = timeouts::user(end);
            }
        }
    }

    /// Takes in a segment that `side` sent.
    pub(super) fn step(&mut self, side: Side, sent: &Sent<'_>) {
        let own = self.ends.get_mut(side);
        *own = calls::emits(own, sent);
        self.offer(side, sent);
    }

    /// Whether a segment of `side` with nothing but ACK can only come in order, between two endpoints in ESTABLISHED.
    pub(super) fn is_in_order(&self, side: Side, sent: &Sent<'_>) -> bool {
        let (own, peer) = (self.ends.get(side), self.ends.get(side.other()));
        self.scaled
            && own.is_plainly_established()
            && peer.is_plainly_established()
            && peer.is_in_order(&sent.across())
    }

    /// Takes in such a segment.
    pub(super) fn take_in_order(&mut self, side: Side, sent: &Sent<'_>) {
        self.ends.get_mut(side).emit_in_order(sent);
        self.ends
            .get_mut(side.other())
            .hear_in_order(&sent.across());
    }

    /// Takes in a segment that came in the name of `side`: its peer may believe it.
    pub(super) fn offer(&mut self, side: Side, sent: &Sent<'_>) {
        let peer = self.ends.get_mut(side.other());
        *peer = arrives::segment(peer, &sent.across()).after;
    }

    /// Reads windows with the scale that both SYNs agreed on, once both were seen.
    pub(super) fn agree_on_scale(&mut self, incarnation: &Incarnation) {
        let (low, high) = incarnation.view(Side::Low);
        let (Some(low), Some(high), false) = (&low.syn, &high.syn, self.scaled) else {
            return;
        };
        self.ends.get_mut(Side::Low).snd_wind_shift =
            WindowScale::negotiated(&high.options, &low.options);
        self.ends.get_mut(Side::High).snd_wind_shift =
            WindowScale::negotiated(&low.options, &high.options);
        self.scaled = true;
    }

    /// What the records of both prove beyond single segments: who acknowledges octets that came with nothing but
    /// acknowledgments of its SYN, or of its FIN, knows of them (model: the evidence staircase).
    pub(super) fn learn(&mut self, side: Side, own: &Endpoint, peer: &Endpoint) {
        let Some(acked) = own.ack_max else { return };
        let send = &mut self.ends.get_mut(side).send;
        let opening = peer
            .syn
            .as_ref()
            .map(|syn| Seq::FIRST + i64::from(syn.text));
        if own.iss_known() && opening.is_some_and(|end| acked > end) {
            send.prove(SendHalf::SynAcked);
        }
        let told = |fin: FinRecord, theirs: FinRecord| {
            acked > theirs.at.across()
                && theirs
                    .acks
                    .is_some_and(|(lowest, _)| lowest > fin.at.across())
        };
        if own
            .fin
            .zip(peer.fin)
            .is_some_and(|(fin, theirs)| told(fin, theirs))
        {
            send.prove(SendHalf::FinAcked);
        }
    }

    /// Something passed that the record lacks or contradicts: anything may have happened in between, but what is proven stays.
    pub(super) fn lose_track(&mut self) {
        for side in Side::BOTH {
            let end = self.ends.get_mut(side);
            let (send, recv) = (end.send.lo(), end.recv.lo());
            *end = Variables::midstream();
            end.send.prove(send);
            end.recv.prove(recv);
        }
    }

    /// What `side` may be in.
    pub(super) fn states(&self, side: Side) -> StateSet {
        calls::unheard(self.ends.get(side))
    }
}
