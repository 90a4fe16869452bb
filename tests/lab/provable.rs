//! Where a planted fault can be proven at all: conditions on what a tap recorded, from the RFCs and from what honest hosts and boxes do, and not
//! from the code under test. docs/soundness.md says each in words.

use super::faults::Kind;
use super::packet::{ACK, FIN, RST, SYN, Segment};
use super::path::{MILLI, Record, SECOND};

/// A recorded segment: when, from which host, and what.
struct Shown {
    time: u64,
    from: usize,
    segment: Segment,
}

/// Whether the fault of host `guilty` at this place of the record has no innocent explanation.
pub fn provable(kind: Kind, guilty: usize, record: &Record, at: usize) -> bool {
    let shown: Vec<Shown> = record
        .iter()
        .map(|(time, packet)| Shown {
            time: *time,
            from: usize::from(packet[15] == 2),
            segment: Segment::decode(packet),
        })
        .collect();
    let (before, fault) = (&shown[..at], &shown[at]);
    let own = || before.iter().filter(|one| one.from == guilty);
    let peer = || before.iter().filter(|one| one.from != guilty);
    let this = &fault.segment;
    let fin = own().find(|one| one.segment.has(FIN));
    let peer_fin = peer().find(|one| one.segment.has(FIN));
    match kind {
        // Once both have sent their FIN a listener may have forgotten the connection, and any late segment may open another.
        Kind::DataAfterFin | Kind::FinMoved => {
            guilty == 0 || peer_fin.is_none() && !fits_a_cookie(&shown)
        }
        // Who acknowledges octets before any window on the record has room for them had offered more.
        Kind::WindowOverrun => {
            let (shift, right) = (shift(&shown, 1 - guilty), end(this));
            let mut told = shown
                .iter()
                .filter(|one| one.from != guilty && !one.segment.has(RST));
            let decides = told.find(|one| {
                let shift = if one.segment.has(SYN) { 0 } else { shift };
                let edge = u32::from(one.segment.wnd) << shift;
                ahead(right, one.segment.ack.wrapping_add(edge))
            });
            decides
                .is_some_and(|one| one.time > fault.time + MILLI && !ahead(right, one.segment.ack))
        }
        Kind::SegmentAfterReset => {
            let reset = own()
                .find(|one| one.segment.has(RST))
                .map(|one| one.segment.seq);
            // A RST that has overtaken octets from before it tells less.
            let mut earlier = own().take_while(|one| !one.segment.has(RST));
            let in_place = earlier.any(|one| Some(end(&one.segment)) == reset);
            // An ACK without octets that was on its way may have drawn the RST with its number.
            let named = peer().any(|one| one.segment.len() == 0 && Some(one.segment.ack) == reset);
            // After its RST a listener may open another with any late copy of a first segment.
            guilty == 0 && !named && in_place
        }
        Kind::EarlyTimeWaitExit => !peer().any(|one| one.segment.has(RST)),
        Kind::DataBeforeHandshake => {
            let mut acks = shown
                .iter()
                .filter(|one| one.from != guilty && one.segment.has(ACK));
            // Two records that lie so close may have changed places.
            acks.next().is_none_or(|one| one.time > fault.time + MILLI)
        }
        Kind::MssExceeded => {
            let syn = peer().find(|one| one.segment.has(SYN));
            let named = syn.and_then(|one| one.segment.options.mss);
            // Hosts put a floor of 536 under what they are asked for; and what no wire carries comes from offload.
            let datagram = record[at].1.len();
            let options = usize::from(this.options.ts.is_some()) * 12;
            this.text.len() + options > usize::from(named.unwrap_or(0)).max(536) && datagram <= 1500
        }
        Kind::WindowShrunk => {
            let shift = shift(&shown, guilty);
            let edge =
                |segment: &Segment| segment.ack.wrapping_add(u32::from(segment.wnd) << shift);
            let open = fin.is_none() && peer_fin.is_none() && !this.has(FIN);
            let retreats = own().filter(|one| !one.segment.has(SYN | RST)).any(|one| {
                let (then, now) = (&one.segment, this);
                let further = ahead(edge(now), edge(then)) && edge(then) != edge(now);
                further && (left_after(then, now) || tells_later(before, guilty, one.time, now))
            });
            open && retreats
        }
        Kind::AckRegression => own().filter(|one| !one.segment.has(SYN | RST)).any(|one| {
            let (then, now) = (&one.segment, this);
            let further = ahead(now.ack, then.ack) && then.ack != now.ack;
            let stamps = then.options.ts.zip(now.options.ts);
            let newer = stamps.is_some_and(|((old, _), (new, _))| new != old && ahead(old, new));
            let then_last = before
                .iter()
                .filter(|other| other.from == guilty && other.time <= one.time)
                .all(|other| ahead(end(&other.segment), then.seq));
            let next = then.len() == 0 && !now.text.is_empty() && ahead(then.seq, now.seq);
            let fresh = own().all(|one| ahead(end(&one.segment), now.seq));
            let fits = stamps.is_none_or(|((old, _), (new, _))| new == old);
            further
                && (newer
                    || next && then_last && fresh && fits && keeps_its_window(before, 1 - guilty)
                    || tells_later(before, guilty, one.time, now))
        }),
        Kind::TimestampMissing => {
            let acknowledges =
                own().all(|one| !one.segment.has(ACK) || ahead(one.segment.ack, this.ack));
            let news = own().all(|one| one.segment.ack != this.ack);
            let at_end = own().all(|one| ahead(end(&one.segment), this.seq)) && fin.is_none();
            // A box probes with one octet that has been sent before, and repeats ACKs.
            this.text.len() > 1 || this.text.is_empty() && acknowledges && news && at_end
        }
        Kind::TimestampRegression => own().any(|one| {
            let (then, now) = (&one.segment, this);
            let (Some((old, _)), Some((new, _))) = (then.options.ts, now.options.ts) else {
                return false;
            };
            !then.has(SYN) && new != old && ahead(new, old) && left_by_numbers(then, now)
        }),
        Kind::TimestampEchoUnsent => {
            let stamped = || peer().filter_map(|one| Some((one.time, one.segment.options.ts?.0)));
            let (Some(first), Some(last), Some((_, echo))) =
                (stamped().next(), stamped().next_back(), this.options.ts)
            else {
                return false;
            };
            // What its clock may tick in ten seconds, as far as it has been seen to tick; else twice the fastest clock in use.
            let ticks = u64::from(last.1.wrapping_sub(first.1));
            let rate = match (ticks, last.0 - first.0) {
                (100.., elapsed @ 1..) => (ticks * 2 * SECOND / elapsed).clamp(2_000, 2_000_000),
                _ => 2_000_000,
            };
            let newest = stamped().fold(
                first.1,
                |newest, (_, val)| {
                    if ahead(newest, val) { val } else { newest }
                },
            );
            let since = fault.time - last.0;
            u64::from(echo.wrapping_sub(newest)) > rate * 10 + rate * since / SECOND
        }
        Kind::SackOfUnsent => {
            let right = this.options.sack.first().map_or(0, |(_, right)| *right);
            let later = shown[at..].iter().filter(|one| one.from != guilty);
            let sent_late = later
                .clone()
                .find(|one| ahead(right, end(&one.segment)))
                .is_some_and(|one| one.time - fault.time > 100 * MILLI);
            let ended = shown.iter().filter(|one| one.from != guilty);
            let ended = ended
                .clone()
                .any(|one| one.segment.has(FIN) && !ahead(right, end(&one.segment)));
            sent_late || ended
        }
        // Linux sends an old list with the first ACKs of a FIN.
        Kind::SackBelowAck => peer_fin.is_none(),
        Kind::IsnChanged => {
            let syns = peer().filter(|one| one.segment.has(SYN)).count();
            let answers = own().filter(|one| one.segment.has(SYN)).count();
            // A listener may answer each copy of a SYN with a number of its own.
            answers >= syns
        }
        Kind::TextChanged => own().any(|one| {
            let (then, now) = (&one.segment, this);
            then.seq == now.seq && then.text.len() == now.text.len()
        }),
        _ => true,
    }
}

/// Whether `to` is not below `from` (serial arithmetic, RFC 1982).
const fn ahead(from: u32, to: u32) -> bool {
    to.wrapping_sub(from).cast_signed() >= 0
}

fn end(segment: &Segment) -> u32 {
    segment.seq.wrapping_add(segment.len() as u32)
}

/// Whether the opener sent a segment that a listener with SYN cookies takes for a third segment: SEQ and ACK differ as its cookie says, give or
/// take the few sizes that the cookie holds (RFC 4987 section 3.6).
fn fits_a_cookie(shown: &[Shown]) -> bool {
    let first = |host: usize| {
        shown
            .iter()
            .find(|one| one.from == host && one.segment.has(SYN))
    };
    let (Some(syn), Some(answer)) = (first(0), first(1)) else {
        return true;
    };
    let opener = shown
        .iter()
        .filter(|one| one.from == 0 && !one.segment.has(SYN | RST));
    opener.skip(1).any(|one| {
        let gone = one.segment.seq.wrapping_sub(syn.segment.seq);
        let taken = one.segment.ack.wrapping_sub(answer.segment.seq);
        gone.wrapping_sub(taken).cast_signed().abs() <= 4
    })
}

/// The shift of a host's windows, if both SYNs offered one.
fn shift(shown: &[Shown], host: usize) -> u32 {
    let scale = |host: usize| {
        let mut own = shown
            .iter()
            .filter(|one| one.from == host && one.segment.has(SYN));
        own.find_map(|one| one.segment.options.scale)
    };
    match (scale(host), scale(1 - host)) {
        (Some(scale), Some(_)) => u32::from(scale.min(14)),
        _ => 0,
    }
}

/// Whether a segment tells of something of the peer that was first recorded after `then`, by more than two records are ever swapped.
fn tells_later(before: &[Shown], guilty: usize, then: u64, now: &Segment) -> bool {
    let peer = || before.iter().filter(|one| one.from != guilty);
    let first = |is_one: &dyn Fn(&Segment) -> bool| {
        let mut those = peer().filter(|one| is_one(&one.segment));
        those.next().is_some_and(|one| one.time > then + MILLI)
    };
    let echo = now.options.ts.map(|(_, echo)| echo);
    let as_new = |one: &Segment, echo| one.options.ts.is_some_and(|(val, _)| ahead(echo, val));
    let mut blocks = now.options.sack.iter();
    echo.is_some_and(|echo| first(&|one| as_new(one, echo)))
        || blocks.any(|&(left, right)| {
            ahead(now.ack, left) && first(&|one| !one.has(RST) && ahead(right, end(one)))
        })
}

/// Whether a host never took back a window, not even what its scale rounds off: else an empty segment of its peer may stand below what its
/// peer has sent.
fn keeps_its_window(before: &[Shown], host: usize) -> bool {
    let shift = shift(before, host);
    let own = before
        .iter()
        .filter(|one| one.from == host && !one.segment.has(RST));
    // The SYN of an opener counts from the first octet of its peer.
    let first = before
        .iter()
        .find(|one| one.from != host && one.segment.has(SYN));
    let first = first.map_or(0, |one| one.segment.seq.wrapping_add(1));
    let offers = own.map(|one| {
        let bare = one.segment.has(SYN) && !one.segment.has(ACK);
        let shift = if one.segment.has(SYN) { 0 } else { shift };
        let ack = if bare { first } else { one.segment.ack };
        (ack, u32::from(one.segment.wnd) << shift)
    });
    let mut edges = offers.map(|(ack, window)| ack.wrapping_add(window));
    let Some(first) = edges.next() else {
        return true;
    };
    edges
        .try_fold(first, |last, edge| ahead(last, edge).then_some(edge))
        .is_some()
}

/// Whether a segment must have left after another of its sender: its timestamp is newer, or its numbers say so.
fn left_after(then: &Segment, now: &Segment) -> bool {
    match (then.options.ts, now.options.ts) {
        (Some((old, _)), Some((new, _))) => {
            new != old && ahead(old, new) || now.ack != then.ack && ahead(then.ack, now.ack)
        }
        _ => left_by_numbers(then, now),
    }
}

/// It acknowledges more, or has the octets that come next after a segment that had none.
fn left_by_numbers(then: &Segment, now: &Segment) -> bool {
    let more = now.ack != then.ack && ahead(then.ack, now.ack);
    let next = then.len() == 0 && !now.text.is_empty() && then.seq == now.seq;
    more || next && ahead(then.ack, now.ack)
}
