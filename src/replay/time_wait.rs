//! TIME-WAIT: the proof of entry, the dwell, and the ways out (RFC 9293 sections 3.6.1 and 3.10.7.4, RFC 6191, RFC 1337).

use crate::flow::{Endpoint, newer};
use crate::rules::Proof;
use crate::tcp::{Foreign, Local, Reading, Segment, Sent, Seq};
use crate::time::{Span, Timestamp};

/// Copies of the peer's FIN since the endpoint's last segment.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub(super) struct Unanswered {
    /// Frame and time of the first.
    pub(super) first: (u64, Option<Timestamp>),
    /// Frame and time of the last.
    pub(super) last: (u64, Option<Timestamp>),
    /// How many.
    pub(super) count: u32,
}

/// The clock of one endpoint that may be in TIME-WAIT.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Watch {
    /// Record time of the last event that surely (re)started the clock: a FIN of the peer that it then acknowledged.
    started: Option<(u64, Option<Timestamp>)>,
    /// A copy of the peer's FIN, recorded and not acknowledged since.
    pending_fin: Option<(u64, Option<Timestamp>)>,
    /// Copies of it that drew no answer.
    pub(super) unanswered: Option<Unanswered>,
    /// Copies of the peer's FIN seen.
    fins: u32,
    /// The ACK of the peer's FIN was seen.
    acknowledged: bool,
    /// A RST of the peer that was recorded since: it may have ended TIME-WAIT legally.
    assassin: Option<u64>,
    /// A newer incarnation may have ended it legally.
    pub(super) renewed: bool,
    /// Its exit was reported.
    pub(super) left: bool,
}

impl Watch {
    /// The peer emitted `sent`.
    pub(super) fn hear_peer(&mut self, sent: &Sent<'_>, frame: u64, time: Option<Timestamp>) {
        if sent.segment.rst() {
            self.assassin = Some(frame);
        } else if sent.segment.fin() {
            self.fins += 1;
            self.pending_fin.get_or_insert((frame, time));
            let unanswered = self.unanswered.get_or_insert(Unanswered {
                first: (frame, time),
                last: (frame, time),
                count: 0,
            });
            unanswered.last = (frame, time);
            unanswered.count += 1;
        }
    }

    /// The endpoint emitted `sent`. Returns whether this acknowledged a repeated FIN.
    pub(super) fn hear_own(&mut self, sent: &Sent<'_>, peer: &Endpoint) -> bool {
        self.unanswered = None;
        let acks_fin = peer
            .fin_end()
            .zip(sent.ack)
            .is_some_and(|(end, ack)| ack.across() >= end)
            && !sent.segment.rst();
        if !acks_fin {
            return false;
        }
        let repeated = self.acknowledged || self.fins > 1;
        let again = repeated && self.pending_fin.is_some() && sent.segment.is_empty();
        if let Some(fin) = self.pending_fin.take() {
            self.started = Some(fin);
        }
        self.acknowledged = true;
        again
    }

    /// Whether the endpoint surely entered TIME-WAIT: it sent its FIN before it had the peer's, it acknowledged the peer's, and every copy
    /// of the peer's FIN told it that its own was acknowledged.
    pub(super) fn entered(&self, own: &Endpoint, peer: &Endpoint) -> bool {
        let (Some(fin), Some(peer_fin)) = (own.fin, peer.fin) else {
            return false;
        };
        let fin_first = fin
            .acks
            .is_some_and(|(lowest, _)| lowest <= peer_fin.at.across());
        let knows = peer_fin
            .acks
            .is_some_and(|(lowest, _)| lowest > fin.at.across());
        fin_first
            && knows
            && self.acknowledged
            && own.ack_max.is_some_and(|ack| ack > peer_fin.at.across())
    }

    /// The most that it can have stayed until `now`.
    pub(super) fn dwell(&self, now: Option<Timestamp>) -> Option<(Span, u64)> {
        let (frame, started) = self.started?;
        Some((now?.since(started?), frame))
    }

    /// The frame of a RST that may have ended TIME-WAIT legally.
    pub(super) const fn assassin(&self) -> Option<u64> {
        self.assassin
    }
}

/// A way out of TIME-WAIT that RFC 9293 does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Its own SYN on the 4-tuple.
    OwnSyn,
    /// A RST in answer to a segment of the old connection.
    Reset,
    /// A RST of its own accord.
    Abort,
    /// A SYN-ACK to a SYN whose number and timestamp do not permit it.
    AcceptedOldSyn,
    /// A SYN-ACK whose number does not pass the old connection's.
    LowIsn,
    /// A RST in answer to a SYN.
    RefusedSyn,
}

impl Exit {
    /// What the endpoint did, for the message.
    pub(super) const fn deed(self) -> &'static str {
        match self {
            Self::OwnSyn => "opens the same port pair again",
            Self::Reset => "answers a segment of the old connection with RST",
            Self::Abort => "sends a RST that answers nothing on the record",
            Self::AcceptedOldSyn => {
                "accepts a SYN that neither its number nor its timestamp permits"
            }
            Self::LowIsn => "answers a SYN with an initial number below its old ones",
            Self::RefusedSyn => "refuses a SYN with RST",
        }
    }

    /// The strongest proof that this way out allows.
    pub(super) const fn proof(self) -> Proof {
        match self {
            Self::RefusedSyn | Self::Abort => Proof::Weak,
            _ => Proof::Strong,
        }
    }
}

/// Whether an own SYN is excused: because its options were cut off, by RFC 6191's argument (timestamps in both incarnations, and a newer one now), or because
/// its timestamp is older than the connection's and so tells of a late copy.
pub(super) fn own_syn_excused(old: &Endpoint, syn: &Segment) -> bool {
    let cut = syn.options.reading == Reading::Cut;
    cut || syn.options.timestamps.is_some() && old.clock.newest().is_some()
}

/// Whether RFC 9293 MAY-2 or RFC 6191 lets a TIME-WAIT accept the SYN of `peer` (its record in the old incarnation), whose number lies at `seq` there.
pub(super) fn syn_permitted(peer: &Endpoint, seq: Seq<Foreign>, syn: &Segment) -> bool {
    if syn.options.reading == Reading::Cut {
        return true;
    }
    let by_number = seq > peer.snd_max.across();
    match (syn.options.timestamps, peer.clock.newest()) {
        (Some(ts), Some(newest)) => newer(ts.val, newest) || ts.val == newest && by_number,
        (Some(_), None) => true,
        (None, _) => by_number,
    }
}

/// Whether the ISN of an answer passes all numbers that the endpoint used in the old incarnation.
pub(super) fn isn_passes(old: &Endpoint, isn: Seq<Local>) -> bool {
    isn >= old.snd_max
}
