//! Takes a segment into the record. What a breach contradicts is not believed.

use super::Replay;
use crate::flow::{Emitted, Endpoint, Observation, Offer, Placed, ResetRecord, Side};
use crate::rules::{Need, Variable};
use crate::tcp::{Checksum, Foreign, Local, Sent, Seq};

impl Replay {
    /// Takes the segment into the record: what a breach contradicts is not believed.
    pub(super) fn record(
        &mut self,
        seen: &Observation,
        placed: Placed,
        sent: &Sent<'_>,
        tainted: &[Variable],
    ) {
        let (at, side, segment) = (placed.index(), seen.side, &seen.segment);
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        incarnation.touch(seen.frame, seen.time);
        let (own, peer) = incarnation.view(side);
        let probing = peer.last_window == Some(0);
        let stamps = segment.options.timestamps.filter(|_| !segment.syn());
        let echoes = own.echoes || stamps.is_some_and(|ts| peer.clock.may_hold(ts.ecr));
        let own = incarnation.ends.get_mut(side);
        own.echoes = echoes;
        own.count(segment, seen.time);
        let stray = matches!(placed, Placed::Stray(_) | Placed::Inside(_));
        if !stray {
            own.signs.note(sent, seen.frame);
        }
        let mut fresh = 0;
        if segment.syn() && !stray && !segment.rst() {
            own.bounded = true;
            own.record_syn(sent, seen.frame, seen.time);
            // Where numbers begin anew, the same number may name another octet.
            own.sums.clear();
        }
        if !stray && !tainted.contains(&Variable::Seq) {
            fresh = own.record_octets(sent, seen.frame, seen.time);
            // A segment with any fault is no witness of what the stream holds.
            if tainted.is_empty() && segment.has_ack() {
                own.record_sum(sent, seen.frame, fresh, probing);
            }
        } else if !matches!(placed, Placed::Stray(_)) {
            // The octets exist, and the peer may acknowledge them; they say nothing about where the stream stands.
            own.known.insert(sent.seq, sent.end());
        }
        own.note_news(seen.frame, seen.time);
        let believes_ack = !tainted.contains(&Variable::Ack) && !stray;
        if believes_ack {
            own.record_ack(sent, seen);
        }
        let ends_before = own.ack_max.is_some();
        if !stray {
            // An upper bound may rise by a segment on trial, too.
            self.record_edge(at, side, sent, believes_ack.then_some(seen));
        }
        self.remember_sender(seen, placed, sent);
        if segment.rst() {
            self.record_reset(at, seen, sent, ends_before);
        }
        if segment.is_bare_syn() && matches!(placed, Placed::Repeats(_)) {
            self.share_offers(at, seen);
        }
        self.synchronize(at, seen, sent);
        self.tell(seen, placed, sent, fresh);
    }

    /// A further copy of a SYN may be the one that a second answer to it was for.
    fn share_offers(&mut self, at: usize, seen: &Observation) {
        let forks: Vec<usize> = (at + 1..self.connection.incarnations.len())
            .filter(|&fork| self.connection.root(fork) == at)
            .collect();
        for fork in forks {
            if let Some(incarnation) = self.connection.incarnations.get_mut(fork) {
                incarnation
                    .ends
                    .get_mut(seen.side)
                    .note_offers(&seen.segment);
            }
        }
    }

    /// `frame` where the acknowledgment is believed, so that the window can bear a proof.
    pub(super) fn record_edge(
        &mut self,
        at: usize,
        side: Side,
        sent: &Sent<'_>,
        seen: Option<&Observation>,
    ) {
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        let Some(ack) = sent.ack.filter(|_| !sent.segment.rst()) else {
            if sent.segment.is_bare_syn() {
                // The window of a bare SYN counts from the number that the peer has not chosen yet: its first octet.
                let own = incarnation.ends.get_mut(side);
                own.edge_max = own
                    .edge_max
                    .max(Some(Seq::FIRST + i64::from(sent.segment.wnd)));
            }
            return;
        };
        let (own, peer) = incarnation.view(side);
        let known = own.window_shift(peer);
        let shift = if sent.segment.syn() {
            0
        } else {
            known.unwrap_or(14)
        };
        let edge = ack + (i64::from(sent.segment.wnd) << shift);
        let own = incarnation.ends.get_mut(side);
        let newest = own.ack_max.is_none_or(|max| ack >= max);
        own.shrunk |= newest && own.edge_max.is_some_and(|max| edge < max);
        // A window whose checksum nobody verified proves nothing about the next one.
        let sound = matches!(sent.segment.checksum, Checksum::Good | Checksum::Offloaded);
        if let Some(seen) = seen.filter(|_| sound && known.is_some() && !sent.segment.syn())
            && own.offers.furthest().is_none_or(|max| edge > max)
        {
            let emitted = Emitted::of(sent, ack, seen, own.octets.end());
            own.offers.push(Offer { emitted, edge });
        }
        own.edge_max = own.edge_max.max(Some(edge));
    }

    fn remember_sender(&mut self, seen: &Observation, placed: Placed, sent: &Sent<'_>) {
        let (segment, sender) = (&seen.segment, self.ends.get_mut(seen.side));
        let opens = matches!(
            placed,
            Placed::Opens(_) | Placed::Crosses(_) | Placed::Answers(_)
        ) && self.connection.incarnations.len() == 1;
        if !segment.rst() && !segment.syn() || opens {
            sender.ttls.trust(segment.marks.ttl);
        }
        if !segment.rst() {
            sender.last_id = segment.marks.ip_id;
            sender.stamped = segment.options.timestamps.is_some();
        }
        let odd = match self.connection.incarnations.get(placed.index()) {
            Some(incarnation) => sent.ack.is_some_and(|ack| {
                let peer = incarnation.ends.get(seen.side.other());
                !(Seq::SYN..=peer.snd_max).contains(&ack.across()) || !peer.is_seen()
            }),
            None => false,
        };
        if odd && sender.odd_acks.len() < 64 && !sender.odd_acks.contains(&segment.ack) {
            sender.odd_acks.push(segment.ack);
        }
    }

    fn record_reset(&mut self, at: usize, seen: &Observation, sent: &Sent<'_>, was_open: bool) {
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        let (own, peer) = incarnation.view(seen.side);
        let synchronized =
            was_open && (peer.ack_max.is_some_and(|ack| ack >= Seq::FIRST) || !own.iss_known());
        let una = peer.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across);
        // SEQ from an ACK that was never acceptable: SYN-SENT and SYN-RECEIVED answer it so and stay (section 3.10.7.4, fifth step).
        let odd_acks = &self.ends.get(seen.side.other()).odd_acks;
        let takes_odd = sent.ack.is_none() && odd_acks.contains(&seen.segment.seq);
        let own_number = sent.seq > una
            || sent.ack.is_some() && sent.seq == una && !may_be_drawn(own, peer, una);
        // A number from elsewhere is that of another attempt to connect.
        let edge = peer.edge_max.map_or(own.snd_max, Seq::<Foreign>::across);
        let inside = sent.seq <= edge.max(own.seen_end());
        // The RST bit of a segment that cannot be verified may be a flipped one.
        let sure = seen.segment.checksum != Checksum::Unknown;
        let at_own_end = own_number || sent.seq == una;
        let reset = ResetRecord {
            frame: seen.frame,
            time: seen.time,
            seq: sent.seq,
            ack: sent.ack,
            tsval: seen.segment.options.timestamps.map(|ts| ts.val),
            peer_max: peer.bounded.then(|| peer.seen_end().across()),
            own_number,
            ends: synchronized && at_own_end && !takes_odd && inside && sure,
        };
        // A listener may take the next connection at the same numbers.
        Side::BOTH
            .iter()
            .for_each(|&side| incarnation.ends.get_mut(side).sums.clear());
        let own = incarnation.ends.get_mut(seen.side);
        match &mut own.reset {
            // SND.NXT never went beyond the highest of its RSTs.
            Some(old) if old.ends => {
                if own_number && old.own_number {
                    old.seq = old.seq.max(sent.seq);
                }
            }
            slot => *slot = Some(reset),
        }
    }

    /// A point where both sides agree bounds what was unseen before, and clears taint.
    fn synchronize(&mut self, at: usize, seen: &Observation, sent: &Sent<'_>) {
        let (side, frame) = (seen.side, seen.frame);
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        let (own, peer) = incarnation.view(side);
        let whole = |end: &Endpoint| !end.octets.is_empty() && end.prefix_end() == end.seen_end();
        let agrees = whole(peer) && sent.ack.is_some_and(|ack| ack.across() == peer.seen_end());
        let both = agrees
            && own.snd_max <= peer.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across)
            && own.kept.sequence_bearing > 0;
        if agrees {
            let acked = peer
                .ack_max
                .is_some_and(|ack| ack.across() == own.seen_end());
            let own_joined = own.iss_known() || whole(own) && acked;
            incarnation.ends.get_mut(side.other()).bounded = true;
            if own_joined {
                incarnation.ends.get_mut(side).bounded = true;
            }
        }
        if both {
            for case in self
                .cases
                .iter_mut()
                .filter(|case| case.incarnation == at && !case.rule.variable.lasts())
            {
                let settled = case.retreated
                    || case.returned
                    || case.peer_denies
                    || matches!(case.breach.need, Need::Nothing);
                if settled && case.rule.variable != Variable::Seq {
                    case.tainting = false;
                    case.cleared = Some(frame);
                }
            }
        }
    }

    /// Where the speaker moves on beyond octets that were never recorded, an acknowledgment of them is believed after all: the capture missed them.
    pub(super) fn excuse(&mut self, at: usize, speaker: Side, frame: u64) {
        let Some(incarnation) = self.connection.incarnations.get_mut(at) else {
            return;
        };
        for case in self
            .cases
            .iter_mut()
            .filter(|case| case.tainting && case.incarnation == at && case.side != speaker)
        {
            let Need::PeerOctets(upto) = case.breach.need else {
                continue;
            };
            let prefix = case.accused.peer_prefix.across();
            let peer = incarnation.ends.get_mut(speaker);
            if peer.snd_max <= upto.across() || peer.octets.covers(prefix, upto.across()) {
                continue;
            }
            peer.known.insert(prefix, upto.across());
            let own = incarnation.ends.get_mut(case.side);
            own.ack_max = own.ack_max.max(Some(upto));
            case.tainting = false;
            case.cleared = Some(frame);
        }
    }
}

/// Whether a segment of the peer that acknowledges `una` may have reached the endpoint when its TCB was gone: some stacks answer it
/// with an ACK in the RST, too, and their SND.NXT may lie beyond (section 3.5.2). What it acknowledged, it had before.
fn may_be_drawn(own: &Endpoint, peer: &Endpoint, una: Seq<Local>) -> bool {
    let unanswered = own.ack_max.is_none_or(|ack| ack < peer.seen_end().across());
    let pure = |emitted: &Emitted| emitted.pure && emitted.ack.across() == una;
    unanswered || peer.acks.iter().any(pure)
}
