//! SYN cookies (RFC 4987 section 3.6): a listener that keeps no state takes any segment for the third of a handshake whose
//! numbers fit its cookie, and cookies check the difference of SEQ and ACK. So once an answerer may be back in LISTEN, or
//! never left it, a late segment may open a connection that shows no SYN and starts in the middle of the old numbers.

use super::Replay;
use super::case::Case;
use crate::flow::{Endpoint, Side};
use crate::rules::Proof;
use crate::tcp::{Foreign, Sent, Seq, State};

/// The lowest bits of a cookie hold an index into a table of segment sizes, so that neighbours of the right number fit, too.
const INDEX: i64 = 3;

/// How many such segments are kept of one side and kind: the first, and the latest. Of equal ones the first is enough.
const OPENERS: usize = 16;

/// The rule about octets that were sent before, and were others: a new connection has others.
const OTHER_OCTETS: &str = "retransmission-payload-differs";

/// The rule about timestamps that are older than those sent before: what a new connection says first may be.
const OLDER_STAMP: &str = "timestamp-regression";

/// A segment of the peer whose numbers fit a cookie.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub(super) struct Opener {
    frame: u64,
    seq: Seq<Foreign>,
    end: Seq<Foreign>,
    /// The record has it before anything had ended there: it opens one only if the one before never received it.
    held_up: bool,
}

impl Replay {
    /// Notes whether this segment may have opened such a connection at the peer of its sender.
    pub(super) fn note_cookie(&mut self, at: usize, side: Side, frame: u64, sent: &Sent<'_>) {
        let Some(incarnation) = self.connection.incarnations.get(at) else {
            return;
        };
        let answerer = side.other();
        let Some(ack) = sent
            .ack
            .filter(|_| !sent.segment.syn() && !sent.segment.rst())
        else {
            return;
        };
        let fits = (ack.get() - sent.seq.get()).abs() <= INDEX;
        if !fits || incarnation.opener == Some(answerer) {
            return;
        }
        let own = incarnation.ends.get(answerer);
        let third = sent.seq == Seq::FIRST && ack == Seq::FIRST;
        let Some(notes) = self.notes.get_mut(at) else {
            return;
        };
        let states = notes.machine.states(answerer);
        let closed = states.contains(State::Closed) || states.contains(State::Listen);
        // The third segment of the handshake proper is received first as a rule; any other may come when the TCB is gone.
        let ended = closed || own.reset.is_some();
        let more = sent.end() > Seq::FIRST;
        if own.is_seen() && (!third || more || ended) {
            let openers = notes.reborn.get_mut(answerer);
            let opener = Opener {
                frame,
                seq: sent.seq.across(),
                end: sent.end().across(),
                held_up: third && !ended,
            };
            let key = |opener: &Opener| (opener.seq, opener.end, opener.held_up);
            if openers.iter().any(|other| key(other) == key(&opener)) {
                return;
            }
            // One that was held up must not take the place of the first of those that were not: it explains less.
            let alike =
                |(at, other): (usize, &Opener)| (other.held_up == opener.held_up).then_some(at);
            let alike: Vec<usize> = openers.iter().enumerate().filter_map(alike).collect();
            if let (OPENERS, Some(&second)) = (alike.len(), alike.get(1)) {
                openers.remove(second);
            }
            openers.push(opener);
        }
    }

    /// Whether the accused may have been another connection of the same numbers by then.
    pub(super) fn may_be_reborn(&self, case: &Case) -> bool {
        // What such a connection says first may be older than what the first one said last, and which options its peer has it reads
        // from an echo that was no cookie's.
        let of_options = [OLDER_STAMP, "sack-not-permitted", "ect-not-negotiated"];
        if of_options.contains(&case.rule.name) {
            return self.opens_anew(case);
        }
        if !counts_on(case) && case.rule.name != OTHER_OCTETS || is_at_syn(case) {
            return false;
        }
        let noted = self.notes.get(case.incarnation).is_some_and(|notes| {
            let mut openers = notes.reborn.get(case.side).iter();
            openers.any(|opener| explains(opener, case) && self.may_open(opener, case))
        });
        // A late third segment opens it again from the beginning.
        let restarted = |other: &Case| {
            (other.side, other.incarnation) == (case.side, case.incarnation)
                && other.accused.frame <= case.accused.frame
                && counts_on(other)
                && !is_at_syn(other)
                && (self.starts_over(other) || self.opens_anew(other))
        };
        noted || (counts_on(case) && self.cases.iter().any(restarted))
    }

    /// Whether the record hides what such a connection shows: the segments of the peer, or how far the numbers of both are from their
    /// beginnings. No cookie opens a connection for the one that sent the SYN.
    pub(super) fn may_hide_a_rebirth(&self, case: &Case) -> bool {
        let Some(incarnation) = self.connection.incarnations.get(case.incarnation) else {
            return false;
        };
        let (own, peer) = incarnation.view(case.side);
        let hidden = !peer.is_seen() || own.syn.is_none();
        let older = case.rule.name == OLDER_STAMP && peer.is_seen();
        let ended = || {
            let gone = has_reset(own, case) || has_reset(peer, case);
            gone || both_closed(own, peer, case)
        };
        (counts_on(case) || case.rule.name == OTHER_OCTETS || older && ended())
            && incarnation.opener != Some(case.side)
            && hidden
    }

    /// What is left of a proof where a few segments that were not recorded would make it such a connection: nothing is certain, and
    /// where half of the story is on the record, or a hole of it, there is no more than a hint.
    pub(super) fn proof_if_reborn(&self, case: &Case, proof: Proof) -> Proof {
        let incarnation = self.connection.incarnations.get(case.incarnation);
        let Some(incarnation) =
            incarnation.filter(|it| counts_on(case) && it.opener == Some(case.side.other()))
        else {
            return proof;
        };
        let (own, _) = incarnation.view(case.side);
        let at_first = case.accused.seq == Seq::FIRST;
        // Nobody goes back to the first octet to end the stream there, or to go on behind the end.
        let again = at_first && matches!(case.rule.name, "fin-seq-conflict" | "data-after-fin");
        let begins_again = at_first || own.kept.retransmissions > 0;
        let openers = self.notes.get(case.incarnation);
        let told = openers.is_some_and(|notes| {
            let mut openers = notes.reborn.get(case.side).iter();
            openers.any(|opener| names(opener, case) && opener.frame < case.accused.frame)
        });
        let gap = case.accused.seq > case.accused.own_max;
        if gap || again || told && begins_again {
            Proof::Weak
        } else {
            proof.min(Proof::Strong)
        }
    }

    /// Whether the segment may have come when nothing was there any more. What the first octet begins and the record has before a
    /// RST came after it if that RST does not acknowledge it.
    fn may_open(&self, opener: &Opener, case: &Case) -> bool {
        let Some(incarnation) = self.connection.incarnations.get(case.incarnation) else {
            return false;
        };
        let (own, peer) = incarnation.view(case.side);
        // A connection that has not ended sends no octets but its own; one that the segment opened begins where it says.
        if case.rule.name == OTHER_OCTETS {
            let ended =
                has_reset(own, case) || has_reset(peer, case) || both_closed(own, peer, case);
            let stands = case.accused.seq.across() >= opener.seq + -INDEX;
            return !opener.held_up && stands && ended;
        }
        if !opener.held_up {
            return true;
        }
        own.reset.is_some_and(|reset| {
            opener.frame < reset.frame
                && reset.frame < case.accused.frame
                && reset.ack.is_none_or(|ack| ack <= opener.seq)
        })
    }

    /// Whether a RST of either side, or the FINs of both, may have ended the accused, which answered: a segment that repeats the third of the handshake and
    /// carries octets, and was held up, may have opened it again. What says nothing but that it speaks after its RST has to stand at its first octet.
    fn opens_anew(&self, case: &Case) -> bool {
        let Some(incarnation) = self.connection.incarnations.get(case.incarnation) else {
            return false;
        };
        let (own, peer) = incarnation.view(case.side);
        let received = Seq::FIRST..=peer.snd_max.across();
        // Such a connection knows nothing of the FIN that the first one had acknowledged.
        let forgets = case.accused.ack.map(Seq::<Foreign>::across) < peer.fin_end();
        let done = both_closed(own, peer, case) && forgets;
        let ended = has_reset(own, case) || has_reset(peer, case) || done;
        let anywhere = case.rule.name != "segment-after-reset";
        ended
            && incarnation.opener == Some(case.side.other())
            && (anywhere || case.accused.seq == Seq::FIRST)
            && case.accused.ack.is_some_and(|ack| received.contains(&ack))
    }

    /// Whether it acknowledges nothing but the SYN of its peer, which opened the connection, and stands where a connection may that
    /// starts over: at its first octet, beyond a gap, or anywhere once it has sent octets again or a RST.
    fn starts_over(&self, case: &Case) -> bool {
        let Some(incarnation) = self.connection.incarnations.get(case.incarnation) else {
            return false;
        };
        let (own, peer) = incarnation.view(case.side);
        let syn = peer.syn.as_ref();
        let stands = case.accused.seq <= Seq::FIRST
            || case.accused.seq > case.accused.own_max
            || own.kept.retransmissions > 0
            || has_reset(own, case);
        stands
            && incarnation.opener == Some(case.side.other())
            && syn.is_some_and(|syn| {
                let opening = Seq::FIRST..=Seq::FIRST + i64::from(syn.text);
                case.accused.ack.is_some_and(|ack| opening.contains(&ack))
            })
    }
}

/// Whether a side had sent a RST before.
fn has_reset(end: &Endpoint, case: &Case) -> bool {
    end.reset
        .is_some_and(|reset| reset.frame < case.accused.frame)
}

/// Whether both sides had sent their FINs before.
fn both_closed(own: &Endpoint, peer: &Endpoint, case: &Case) -> bool {
    let closed = |end: &Endpoint| end.fin.is_some_and(|fin| fin.frame < case.accused.frame);
    closed(own) && closed(peer)
}

/// Whether the charge may be what the connection did that this segment opened: the first ACK of it names just that segment.
fn explains(opener: &Opener, case: &Case) -> bool {
    opener.frame < case.accused.frame
        && (names(opener, case) || !["ack-regression", OTHER_OCTETS].contains(&case.rule.name))
}

/// Whether the accused acknowledges just what came with that segment.
fn names(opener: &Opener, case: &Case) -> bool {
    let ack = case.accused.ack;
    ack.is_some_and(|ack| ack == opener.seq || ack == opener.end)
}

/// Whether such a connection explains the charge. It counts on in the numbers of the old one: its FIN stands elsewhere, it knows
/// nothing of a RST, and what came before the segment that opened it was never received. Numbers that neither side had reached are no
/// cookie's doing.
fn counts_on(case: &Case) -> bool {
    match case.rule.name {
        "fin-seq-conflict" | "data-after-fin" | "segment-after-reset" | "ack-regression" => true,
        "ack-of-unsent" => case.accused.ack <= Some(case.accused.peer_max),
        _ => false,
    }
}

/// No connection has a FIN at the number of its SYN.
fn is_at_syn(case: &Case) -> bool {
    case.rule.name == "fin-seq-conflict" && case.accused.end <= Seq::FIRST
}
