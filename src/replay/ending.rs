//! How an incarnation was opened and released, told when its record has ended.

use super::story::Story;
use crate::finding::{Handshake, Release};
use crate::flow::{Endpoint, FinRecord, Incarnation, Side};
use crate::tcp::{Foreign, Local, Seq};

/// How an incarnation was opened and released, with the tags that follow from its end.
pub(super) fn conclude(
    story: &mut Story,
    incarnation: &Incarnation,
    reused: bool,
) -> (Handshake, Release) {
    let (a, b) = incarnation.view(Side::Low);
    let (opener, answerer) = if incarnation.opener == Some(Side::High) {
        (b, a)
    } else {
        (a, b)
    };
    let handshake = opening(story, incarnation, opener, answerer);
    let release = releasing(story, a, b);
    if reused
        && incarnation.opener.is_some()
        && !incarnation.midstream
        && incarnation.fork_of.is_none()
    {
        story.tags.insert("port-reuse");
    }
    if matches!(handshake, Handshake::ThreeWay)
        && !story.tags.contains("syn-retransmission")
        && !story.tags.contains("synack-retransmission")
    {
        story.tags.insert("clean-open");
    }
    if incarnation.midstream {
        story.tags.insert("midstream-start");
    }
    if Side::BOTH
        .iter()
        .any(|&side| story.doings.get(side).unanswered > 1)
    {
        story.tags.insert("timeout-abort");
    }
    if a.is_seen() != b.is_seen()
        && a.kept.segments + b.kept.segments > 4
        && (a.ack_max.is_some() || b.ack_max.is_some())
    {
        story.tags.insert("one-direction");
    }
    if [a, b].iter().any(|end| {
        end.anchor.is_some_and(|anchor| {
            u32::MAX - anchor.iss().0 < u32::try_from(end.snd_max.get()).unwrap_or(u32::MAX)
        }) && end.iss_known()
    }) {
        story.tags.insert("seq-wrap");
    }
    for end in [a, b] {
        if end.checksums.bad + end.checksums.offloaded > 0 && end.checksums.good == 0 {
            story.tags.insert("bad-checksum-is-offload");
        }
    }
    (handshake, release)
}

fn opening(
    story: &mut Story,
    incarnation: &Incarnation,
    opener: &Endpoint,
    answerer: &Endpoint,
) -> Handshake {
    let Some(syn) = opener.syn.as_ref().filter(|_| incarnation.opener.is_some()) else {
        return Handshake::Unseen;
    };
    if story.tags.contains("simultaneous-open") {
        return Handshake::Simultaneous;
    }
    match &answerer.syn {
        None if story.tags.contains("refused") => Handshake::Refused,
        None if !answerer.is_seen() => {
            if opener.reset.is_none() && opener.kept.segments == u64::from(syn.bare) {
                story.tags.insert("no-answer");
            }
            Handshake::Unanswered
        }
        None => Handshake::Unseen,
        Some(_) if syn.text > 0 && answerer.ack_max.is_some_and(|ack| ack > Seq::FIRST) => {
            Handshake::FastOpen
        }
        Some(_) if story.third_ack_seen => Handshake::ThreeWay,
        Some(_) => Handshake::Incomplete,
    }
}

pub(super) fn acknowledged(end: &Endpoint, peer: &Endpoint) -> bool {
    end.fin_end()
        .is_some_and(|fin| peer.ack_max.is_some_and(|ack| ack.across() >= fin))
}

fn releasing(story: &mut Story, a: &Endpoint, b: &Endpoint) -> Release {
    let (Some(fin_a), Some(fin_b)) = (a.fin, b.fin) else {
        return if a.reset.is_some() || b.reset.is_some() {
            Release::Reset
        } else {
            Release::Open
        };
    };
    let first_has =
        |fin: FinRecord, other: Seq<Foreign>| fin.acks.is_some_and(|(lowest, _)| lowest > other);
    let a_knew_b = first_has(fin_a, fin_b.at.across());
    let b_knew_a = first_has(fin_b, fin_a.at.across());
    let half_close = Side::BOTH
        .iter()
        .any(|&side| story.doings.get(side).text_after_peer_fin);
    let both = acknowledged(a, b) && acknowledged(b, a);
    if half_close {
        story.tags.insert("half-close");
    }
    if !a_knew_b && !b_knew_a {
        story.tags.insert("simultaneous-close");
    }
    if both {
        story.tags.insert("clean-release");
    } else {
        return if a.reset.is_some() || b.reset.is_some() {
            Release::Reset
        } else {
            Release::Open
        };
    }
    let pure_between = if a_knew_b {
        acked_before(a, fin_a, fin_b.at)
    } else {
        acked_before(b, fin_b, fin_a.at)
    };
    match (!a_knew_b && !b_knew_a, half_close, pure_between) {
        (true, ..) => Release::Simultaneous,
        (_, true, _) => Release::HalfClose,
        (_, _, true) => Release::FourSegment,
        _ => {
            story.tags.insert("three-segment-release");
            Release::ThreeSegment
        }
    }
}

/// Whether `end` acknowledged the peer's FIN (at `peer_fin`) in a segment before its own FIN.
fn acked_before(end: &Endpoint, fin: FinRecord, peer_fin: Seq<Local>) -> bool {
    end.acks
        .iter()
        .any(|emitted| emitted.ack > peer_fin.across() && emitted.frame < fin.frame)
}
