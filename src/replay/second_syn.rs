//! A second SYN where there is a connection already: a restart or a fault, told apart by what its sender does next.
//!
//! A SYN inside a synchronised connection is legal after a restart, and a SYN-ACK with another number from a server that
//! starts anew. Both are faults when the old numbers go on.

use super::Replay;
use super::case::{Case, Stamp};
use crate::flow::{Incarnation, Observation, Placed, Side, newer};
use crate::rules::{Breach, Context, Emission, Need, Proof, handshake};
use crate::tcp::{Foreign, Segment, Sent, Seq};

/// A SYN inside a synchronised connection, until the endpoint goes on with its old numbers.
#[derive(Debug)]
pub(super) struct InsideSyn {
    pub(super) side: Side,
    pub(super) case: Case,
    peer_max: Seq<Foreign>,
}

impl Replay {
    /// A SYN on a 4-tuple whose newest open incarnation is synchronised: legal after a restart, a fault if the old numbers go on.
    pub(super) fn note_inside_syn(&mut self, seen: &Observation, placed: Placed, sent: &Sent<'_>) {
        let suspect = |at: usize| {
            self.notes
                .get(at)
                .is_some_and(|notes| notes.suspect.is_some())
        };
        let (old, inside) = match placed {
            Placed::Inside(at) => (at, true),
            Placed::Opens(new) if new > 0 && !suspect(new) => (new - 1, false),
            _ => return,
        };
        let Some(incarnation) = self.connection.incarnations.get(old) else {
            return;
        };
        let (own, peer) = incarnation.view(seen.side);
        let at = incarnation.unwrap(seen.side, &seen.segment).seq;
        // Where the record has no SYN of it, one from before its first octet may be the one that opened it.
        if own.syn.is_none() && at <= Seq::SYN {
            return;
        }
        let synchronized = own.ack_max.is_some()
            && peer.is_seen()
            // After its FIN the capture may have missed the SYN that this answers; but no new number is the next of the old stream.
            && (own.fin.is_none() || inside && at == own.snd_max)
            && own.reset.is_none()
            && peer.reset.is_none();
        if !synchronized {
            return;
        }
        let iss = own.anchor.map_or(seen.segment.seq, |anchor| anchor.iss());
        // A SYN of an older attempt may come late: only a TSval newer than all before, or a number from the running stream, dates it.
        let tsval = seen.segment.options.timestamps.map(|ts| ts.val);
        let in_stream = (Seq::FIRST..=own.snd_max).contains(&at);
        let dated = match (tsval, own.clock.newest()) {
            (Some(val), Some(newest)) => newer(val, newest) || val == newest && in_stream,
            _ => in_stream,
        };
        // No incarnation begins with an ACK of octets from the middle of the peer's stream.
        let dated = dated || inside;
        let stamped = tsval.is_some() && own.clock.newest().is_some();
        if stamped && !dated {
            return;
        }
        let proof = if dated { Proof::Strong } else { Proof::Weak };
        let breach = Breach {
            message: format!(
                "sends a SYN with the number {} inside the connection that it opened with {iss}, and goes on with the old numbers",
                sent.segment.seq
            ),
            expected: "no SYN in a synchronised state".into(),
            seen: format!("SYN {}", sent.segment.seq),
            need: Need::Nothing,
            proof,
            witnesses: Vec::new(),
        };
        let peer_max = peer.seen_end().across();
        let emission = Emission {
            sent: *sent,
            own,
            peer,
            context: Context::default(),
        };
        let mut case = Case::open(
            &handshake::syn_in_established::RULE,
            Stamp::of(seen, old),
            &emission,
            breach,
        );
        case.returned = inside;
        if let Some(notes) = self.notes.get_mut(old) {
            notes.inside_syns.push(InsideSyn {
                side: seen.side,
                case,
                peer_max,
            });
        }
    }

    /// Accusations of the second kind of SYN-ACK: legal for a server that starts anew, a fault if the first number goes on.
    pub(super) fn second_isn_cases(&self) -> Vec<Case> {
        let forks = self.connection.incarnations.iter();
        forks
            .filter_map(|fork| self.second_isn_case(fork))
            .collect()
    }

    fn second_isn_case(&self, fork: &Incarnation) -> Option<Case> {
        let old = fork.fork_of?;
        let side = fork.opener?.other();
        let syn_ack = fork.ends.get(side).syn.as_ref()?;
        let (own, peer) = self.connection.incarnations.get(old)?.view(side);
        let only_syn_acks = fork.ends.get(side).kept.segments == u64::from(syn_ack.with_ack);
        let went_on =
            own.reset.is_none() && own.advanced_at.is_some_and(|frame| frame > syn_ack.frame);
        // A SYN recorded again in between, or an ended connection, may have met a listener.
        let again = peer.syn.as_ref().is_some_and(|syn| syn.bare > 1)
            || own.fin.is_some_and(|fin| fin.frame < syn_ack.frame)
            || peer.reset.is_some_and(|reset| reset.frame < syn_ack.frame);
        if !only_syn_acks || !went_on || again || !own.iss_known() {
            return None;
        }
        let isn = fork.ends.get(side).anchor?.iss();
        let first = own.anchor?.iss();
        // One bit apart: flipped on the way, where no checksum was verified.
        if (isn.0 ^ first.0).count_ones() < 2 {
            return None;
        }
        let breach = Breach {
            message: format!(
                "answers the SYN again with the number {isn} after {first}, and goes on with {first}"
            ),
            expected: format!("seq {first}"),
            seen: format!("seq {isn}"),
            need: Need::PeerSegment,
            proof: Proof::Strong,
            witnesses: own.syn.iter().map(|syn| syn.frame).collect(),
        };
        let segment = Segment::default();
        let sent = Sent {
            segment: &segment,
            seq: Seq::SYN,
            ack: None,
        };
        let emission = Emission {
            sent,
            own,
            peer,
            context: Context::default(),
        };
        let stamp = Stamp {
            side,
            incarnation: old,
            frame: syn_ack.frame,
            time: syn_ack.time,
        };
        let mut case = Case::open(
            &handshake::synack_isn_changed::RULE,
            stamp,
            &emission,
            breach,
        );
        case.accused.ttl = self.ends.get(side).ttls.usual().unwrap_or_default();
        case.accused.verified = true;
        Some(case)
    }
}

impl InsideSyn {
    /// Whether a later segment of the old incarnation provably left after the SYN.
    pub(super) fn hear(&mut self, sent: &Sent<'_>) {
        if sent.segment.rst() || sent.segment.syn() {
            return;
        }
        let stamped = match (sent.segment.options.timestamps, self.case.accused.tsval) {
            (Some(ts), Some(before)) => newer(ts.val, before),
            _ => false,
        };
        if stamped || sent.ack.is_some_and(|ack| ack > self.peer_max) {
            self.case.returned = true;
        }
    }
}
