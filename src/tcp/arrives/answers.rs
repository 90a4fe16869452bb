//! What an endpoint may send because a segment arrived. Not what it may send anyway: its user's calls are in
//! [`super::super::calls`].

use super::Arrival;
use crate::tcp::segment::Sent;
use crate::tcp::seq::{Foreign, Local, Seq};

/// The answers that a segment may draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// A RST in one of these forms.
    pub resets: Resets,
    /// An empty segment with ACK, SEQ = SND.NXT and ACK = RCV.NXT: an acknowledgment, also a challenge ACK (RFC 5961).
    pub ack: bool,
    /// A SYN with ACK that acknowledges this much.
    pub syn_ack: Option<AckOfSyn>,
    /// Nothing, though it arrived.
    pub silence: bool,
}

/// The forms of a RST that answers a segment (RFC 9293 section 3.5.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resets {
    /// SEQ 0 with ACK = SEG.SEQ+SEG.LEN: answers a segment without ACK.
    pub ack: Option<Seq<Foreign>>,
    /// SEQ = SEG.ACK without ACK: answers a segment with ACK.
    pub seq: Option<Seq<Local>>,
    /// SEQ = SND.NXT, with or without ACK: ends a synchronised connection.
    pub own: bool,
}

/// What a SYN,ACK acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AckOfSyn {
    /// The SYN alone.
    pub least: Seq<Foreign>,
    /// All text on it (RFC 7413).
    pub most: Seq<Foreign>,
}

impl Answers {
    /// Every answer of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let syn_ack = match (self.syn_ack, other.syn_ack) {
            (Some(a), Some(b)) => Some(AckOfSyn {
                least: a.least.min(b.least),
                most: a.most.max(b.most),
            }),
            (one, other) => one.or(other),
        };
        Self {
            resets: Resets {
                ack: self.resets.ack.or(other.resets.ack),
                seq: self.resets.seq.or(other.resets.seq),
                own: self.resets.own || other.resets.own,
            },
            ack: self.ack || other.ack,
            syn_ack,
            silence: self.silence || other.silence,
        }
    }

    /// Whether `sent` may be one of these answers. The numbers of an ACK and of a RST at SND.NXT are for the caller to
    /// judge against the variables.
    pub fn permit(&self, sent: &Sent<'_>) -> bool {
        let segment = sent.segment;
        if segment.rst() {
            return self.resets.permit(sent);
        }
        if segment.syn() {
            let covers = |range: AckOfSyn| {
                sent.ack
                    .is_some_and(|ack| (range.least..=range.most).contains(&ack))
            };
            return self.syn_ack.is_some_and(covers);
        }
        segment.has_ack() && self.ack
    }
}

impl Resets {
    /// Whether any form is allowed.
    pub fn any(&self) -> bool {
        self.ack.is_some() || self.seq.is_some() || self.own
    }

    /// Whether `sent`, a RST, has one of these forms.
    pub fn permit(&self, sent: &Sent<'_>) -> bool {
        let by_ack = sent.segment.seq.0 == 0 && sent.ack.is_some() && sent.ack == self.ack;
        let by_seq = sent.ack.is_none() && self.seq == Some(sent.seq);
        by_ack || by_seq || self.own
    }
}

/// How the headings write their answers.
impl Arrival<'_> {
    /// The RST that section 3.5.2 forms from the segment.
    pub(super) fn answer_with_reset(&mut self) {
        let resets = &mut self.outcome.answers.resets;
        match self.seg.ack {
            Some(ack) => resets.seq = Some(ack),
            None => resets.ack = Some(self.seg.end()),
        }
    }

    /// The connection is reset. That its sender is in CLOSED then is on the record with the RST itself.
    pub(super) fn abort(&mut self) {
        self.answer_with_reset();
        self.outcome.answers.resets.own = true;
    }

    pub(super) fn acknowledge(&mut self) {
        self.outcome.answers.ack = true;
    }

    /// SYN,ACK for the segment, a SYN itself.
    pub(super) fn answer_with_syn_ack(&mut self) {
        let least = self.seg.seq + 1;
        self.may_send_syn_ack(least, least + i64::from(self.seg.segment.text));
    }

    /// The SYN,ACK again.
    pub(super) fn repeat_syn_ack(&mut self) {
        let nxt = self.before.rcv_nxt;
        let least = self.before.irs.map_or(nxt.proven(), |irs| irs + 1);
        self.may_send_syn_ack(least, nxt.possible().unwrap_or(least).max(least));
    }

    fn may_send_syn_ack(&mut self, least: Seq<Foreign>, most: Seq<Foreign>) {
        let range = Answers {
            syn_ack: Some(AckOfSyn { least, most }),
            ..Answers::default()
        };
        self.outcome.answers = self.outcome.answers.union(range);
    }

    /// Nothing is sent: required, or excused by a limit on the rate of challenges (RFC 5961 section 7) or a firewall.
    pub(super) fn stay_silent(&mut self) {
        self.outcome.answers.silence = true;
    }
}
