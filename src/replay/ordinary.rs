//! The short way: an ordinary segment is recognised by the bounds of its endpoint, and its placement, the machine and the
//! story are spared all that cannot happen then.
//!
//! Ordinary is text in order or a cumulative acknowledgment between two endpoints whose SYNs were seen, in ESTABLISHED,
//! with no hole, no accusation and nothing unusual in the header. A rule whose guard refuses no such segment says so in its trigger, and is
//! not asked. This file does to the record exactly what the whole way does: `tests/effort.rs` and the laboratory send traffic both ways and
//! compare.

use super::story::Scene;
use super::{Notes, Replay};
use crate::flow::{Endpoint, FourTuple, Incarnation, Observation, Side, newer};
use crate::rules::is_group;
use crate::tcp::{Checksum, Flags, Oddities, Reading, Segment, Sent, Seq};
use crate::time::Span;

impl Replay {
    /// Takes an ordinary segment in. Any other is left as it is.
    pub(super) fn take_ordinary(&mut self, seen: &Observation) -> bool {
        let (side, segment) = (seen.side, &seen.segment);
        let calm =
            !self.thorough && self.cases.is_empty() && self.steps.is_none() && self.between_hosts;
        let at = self.notes.len().saturating_sub(1);
        let (Some(incarnation), Some(notes)) =
            (self.connection.incarnations.last(), self.notes.get(at))
        else {
            return false;
        };
        if !calm || !is_plain(segment) {
            return false;
        }
        let sent = incarnation.unwrap(side, segment);
        if !fits(incarnation, seen, &sent) || !notes.let_pass(incarnation, seen, &sent) {
            return false;
        }
        // A rule that does not say that it spares these is asked: nobody has to remember this file who adds one.
        if self.refuses_ordinary(seen, at, &sent) {
            return false;
        }
        self.take_in_order(seen, at, &sent);
        true
    }

    fn take_in_order(&mut self, seen: &Observation, at: usize, sent: &Sent<'_>) {
        let (side, segment) = (seen.side, &seen.segment);
        self.note_cookie(at, side, seen.frame, sent);
        let (Some(incarnation), Some(notes)) = (
            self.connection.incarnations.get_mut(at),
            self.notes.get_mut(at),
        ) else {
            return;
        };
        let fresh = record(incarnation, seen, sent);
        // Until an endpoint has shown that it knows of its peer's answer, it may be in several states.
        let whole = !notes.machine.is_in_order(side, sent);
        if !whole {
            notes.machine.take_in_order(side, sent);
        }
        let (own, peer) = incarnation.view(side);
        let scene = Scene {
            own,
            peer,
            fresh,
            reacked: false,
            time_wait: false,
            peer_time_wait: false,
        };
        notes.story.tell_ordinary(seen, sent, &scene);
        self.record_edge(at, side, sent, Some(seen));
        self.meter(seen, at, sent, fresh > 0);
        self.hear_duties(seen, at, sent, fresh > 0);
        let sender = self.ends.get_mut(side);
        sender.ttls.trust(segment.marks.ttl);
        sender.last_id = segment.marks.ip_id;
        sender.stamped = segment.options.timestamps.is_some();
        if whole {
            self.step_machine(at, side, sent, false);
        }
    }
}

impl Notes {
    /// Whether nothing beside the record waits for a segment like this.
    fn let_pass(&self, incarnation: &Incarnation, seen: &Observation, sent: &Sent<'_>) -> bool {
        self.suspect.is_none()
            && self.inside_syns.is_empty()
            && self.story.is_calm()
            && !self
                .story
                .is_copy(seen, sent, incarnation.ends.get(seen.side))
    }
}

/// Whether these are two sockets, and each is one of a single host.
pub(super) fn is_between_hosts(tuple: &FourTuple) -> bool {
    let single = |side: &Side| !is_group(tuple.address(*side).ip());
    !tuple.is_self_connection() && Side::BOTH.iter().all(single)
}

/// Whether nothing in the header asks for a closer look.
fn is_plain(segment: &Segment) -> bool {
    let (options, marks) = (&segment.options, &segment.marks);
    segment.flags.without(Flags::PSH) == Flags::ACK
        && segment.wnd != 0
        && segment.up == 0
        && segment.checksum != Checksum::Bad
        && options.reading == Reading::Complete
        && options.mss.is_none()
        && options.window_scale.is_none()
        && options.fast_open.is_none()
        && options.mptcp.is_none()
        && options.sack.is_empty()
        && options.odd == Oddities::default()
        && !(options.sack_permitted || options.authenticated || options.unknown_kind)
        && marks.ecn == 0
        && !(marks.fragmented || marks.length_from_record)
}

/// Whether its numbers go on where the record of both endpoints stands.
fn fits(incarnation: &Incarnation, seen: &Observation, sent: &Sent<'_>) -> bool {
    let (own, peer) = incarnation.view(seen.side);
    let (Some(ack), Some(ack_max), Some(peer_ack)) = (sent.ack, own.ack_max, peer.ack_max) else {
        return false;
    };
    let (Some(edge), Some(own_edge)) = (peer.edge_max, own.edge_max) else {
        return false;
    };
    let offered = ack + (i64::from(sent.segment.wnd) << own.window_shift(peer).unwrap_or(14));
    is_whole(own)
        && is_whole(peer)
        && !is_late(incarnation, seen)
        && sent.seq == own.snd_max
        && sent.end() <= edge.across()
        && (Seq::FIRST..=own.snd_max).contains(&peer_ack.across())
        && (Seq::FIRST..=ack).contains(&ack_max)
        && ack.across() <= peer.snd_max
        && offered >= own_edge
        && own.empty_max.is_none_or(|empty| empty <= own.snd_max)
        && peer.signs.third_marked.is_none()
        && (ack > Seq::FIRST || is_scaled(own, peer))
        && is_of_size(sent.segment, peer)
        && is_in_time(sent.segment, own, peer)
}

/// Whether the connection was silent for so long that its clocks may have run out.
fn is_late(incarnation: &Incarnation, seen: &Observation) -> bool {
    let last = incarnation.times.map(|(_, last)| last);
    seen.time
        .zip(last)
        .is_some_and(|(now, last)| now.since(last) >= Span::from_secs(1))
}

/// Whether its SYN and everything since were seen, without a hole, and it goes on.
fn is_whole(end: &Endpoint) -> bool {
    let plain = end
        .syn
        .as_ref()
        .is_some_and(|syn| syn.text == 0 && syn.options.fast_open.is_none() && !syn.offers.signed);
    plain
        && end.bounded
        && end.fin.is_none()
        && end.reset.is_none()
        && end.octets.len() == 1
        && end.known.len() == 1
        && end.octets.end() == Some(end.snd_max)
        && end.known.end() == Some(end.snd_max)
}

/// Whether its windows are scaled, if it offered that.
fn is_scaled(own: &Endpoint, peer: &Endpoint) -> bool {
    let offers = |end: &Endpoint| {
        end.syn
            .as_ref()
            .is_some_and(|syn| syn.options.window_scale.is_some())
    };
    !offers(own) || offers(peer)
}

fn is_of_size(segment: &Segment, peer: &Endpoint) -> bool {
    let most = peer.syn.as_ref().and_then(|syn| syn.offers.mss);
    let octets = segment
        .text
        .saturating_add(u32::from(segment.option_octets));
    segment.text == 0 || most.is_some_and(|most| octets <= u32::from(most))
}

/// Whether it carries timestamps if both SYNs did, and neither the TSval nor the echo goes back or leads.
fn is_in_time(segment: &Segment, own: &Endpoint, peer: &Endpoint) -> bool {
    let offers = |end: &Endpoint| {
        end.syn
            .as_ref()
            .is_some_and(|syn| syn.options.timestamps.is_some())
    };
    let Some(ts) = segment.options.timestamps else {
        return !(offers(own) && offers(peer));
    };
    offers(own)
        && offers(peer)
        && own
            .clock
            .newest()
            .is_some_and(|newest| !newer(newest, ts.val))
        && own
            .signs
            .echo
            .is_none_or(|echo| !newer(echo.ecr.wrapping_sub(1), ts.ecr))
        && peer
            .clock
            .newest()
            .is_some_and(|newest| !newer(ts.ecr, newest))
        && peer.clock.may_hold(ts.ecr)
}

/// Takes it into the record of its sender. Returns how many of its octets were new.
fn record(incarnation: &mut Incarnation, seen: &Observation, sent: &Sent<'_>) -> i64 {
    incarnation.touch(seen.frame, seen.time);
    let peer = incarnation.ends.get(seen.side.other());
    let probing = peer.last_window == Some(0);
    let own = incarnation.ends.get_mut(seen.side);
    own.echoes |= sent.segment.options.timestamps.is_some();
    own.count(sent.segment, seen.time);
    own.signs.note(sent, seen.frame);
    let fresh = own.record_octets(sent, seen.frame, seen.time);
    own.note_news(seen.frame, seen.time);
    own.record_sum(sent, seen.frame, fresh, probing);
    own.record_ack(sent, seen);
    fresh
}
