//! What the record says of one endpoint in one incarnation: what was *seen* of it, never what it received.

use super::damage::Damage;
use super::incarnation::Observation;
use super::milestones::{FinRecord, Offers, ResetRecord, SynRecord};
use super::news::News;
use super::signs::Signs;
use super::text_sums::TextSums;
use super::trail::{AckTrail, ChecksumTally, ClockTrail, Emitted, OfferTrail, TtlTrail};
use crate::tcp::{Anchor, Checksum, Foreign, Local, Ranges, Reading, Segment, Sent, Seq};
use crate::time::Timestamp;

/// How far beyond its ACK an ordinary SACK block ends, at most, in octets.
const NEAR: i32 = 1 << 22;

/// How many holes are kept of a stream.
const HOLES: usize = 1024;

/// Everything kept of one endpoint.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Endpoint {
    /// The door to its sequence space, once any of its numbers is known.
    pub anchor: Option<Anchor>,
    /// Its SYN, if one was seen.
    pub syn: Option<SynRecord>,
    /// Sequence numbers seen, SYN and FIN included.
    pub octets: Ranges<Local>,
    /// Whether everything it sent from here on is bounded by what was seen: its SYN was, or its peer once acknowledged exactly what was.
    pub bounded: bool,
    /// Sequence numbers seen, or proven to exist because the peer acknowledged them and the sender moved on.
    pub known: Ranges<Local>,
    /// The highest end of a sequence-bearing segment.
    pub snd_max: Seq<Local>,
    /// The same of those whose checksum was verified.
    pub verified_max: Seq<Local>,
    /// The highest SEQ of a segment without octets.
    pub empty_max: Option<Seq<Local>>,
    /// Its FIN.
    pub fin: Option<FinRecord>,
    /// The highest ACK it emitted.
    pub ack_max: Option<Seq<Foreign>>,
    /// The furthest right edge it ever offered.
    pub edge_max: Option<Seq<Foreign>>,
    /// Whether it took back a window that it had offered: its peer may then send empty segments below what it has sent.
    pub shrunk: bool,
    /// Its last window, as the header has it.
    pub last_window: Option<u16>,
    /// Frame of its last segment that brought new octets or a higher ACK.
    pub advanced_at: Option<u64>,
    /// Its RST.
    pub reset: Option<ResetRecord>,
    /// Emissions that order proofs lean on.
    pub acks: AckTrail,
    /// The windows that order proofs lean on.
    pub offers: OfferTrail,
    /// The sums of its octets.
    pub sums: TextSums,
    /// Whether a SACK block of it lay near its own ACK: no box on the path renumbers one and not the other.
    pub sacks_near: bool,
    /// Whether a segment of it after the handshake echoed a TSval that was recorded: the two clocks on the record are those in use.
    pub echoes: bool,
    /// TSvals.
    pub clock: ClockTrail,
    /// What came with wrong checksums.
    pub damage: Damage,
    /// What was new of it, and when.
    pub news: News,
    /// Trusted TTLs.
    pub ttls: TtlTrail,
    /// Checksums.
    pub checksums: ChecksumTally,
    /// What a few rules about single fields remember.
    pub signs: Signs,
    /// Counts for the flow record.
    pub kept: Kept,
}

/// Plain counts.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Kept {
    /// Segments.
    pub segments: u64,
    /// Text octets.
    pub octets: u64,
    /// Segments whose octets had all been seen.
    pub retransmissions: u64,
    /// Segments that occupy sequence numbers.
    pub sequence_bearing: u64,
}

impl Endpoint {
    /// Whether its SYN was seen, so that its numbers are those of the RFC.
    pub const fn iss_known(&self) -> bool {
        self.syn.is_some()
    }

    /// Whether anything of it was seen.
    pub const fn is_seen(&self) -> bool {
        self.kept.segments > 0
    }

    /// Whether nothing but RSTs was seen of it.
    pub fn is_unheard(&self) -> bool {
        self.syn.is_none() && self.octets.is_empty() && self.empty_max.is_none()
    }

    /// The end of the contiguous octets from the beginning, FIN included: what a receiver can acknowledge at most.
    pub fn prefix_end(&self) -> Seq<Local> {
        let start = self.known.start().unwrap_or(Seq::FIRST);
        self.known.prefix_end(start)
    }

    /// The highest number seen of it in any segment.
    pub fn seen_end(&self) -> Seq<Local> {
        self.snd_max.max(self.empty_max.unwrap_or(self.snd_max))
    }

    /// One past its FIN.
    pub fn fin_end(&self) -> Option<Seq<Local>> {
        self.fin.map(|fin| fin.at + 1)
    }

    /// Ticks a second that its timestamp clock does not exceed: twice what it shows between its SYN and its newest TSval, once that is
    /// long enough to tell (RFC 7323 section 5.4: between one tick a second and one a millisecond; some count microseconds).
    pub fn fastest_clock(&self) -> Option<i64> {
        const TICKS: i64 = 100;
        const BETWEEN: (i64, i64) = (2_000, 2_000_000);
        let syn = self.syn.as_ref()?;
        let first = syn.options.timestamps?.val;
        let elapsed = self.clock.newest_time()?.since(syn.time?).nanos();
        let ticks = i64::from(self.clock.newest()?.wrapping_sub(first).cast_signed());
        let tells = ticks >= TICKS && elapsed > 0;
        let rate = ticks.saturating_mul(2_000_000_000).checked_div(elapsed)?;
        tells.then_some(rate.clamp(BETWEEN.0, BETWEEN.1))
    }

    /// Counts a segment of this endpoint in, whatever its numbers are worth.
    pub fn count(&mut self, segment: &Segment, time: Option<Timestamp>) {
        self.kept.segments += 1;
        self.kept.octets += u64::from(segment.text);
        match segment.checksum {
            Checksum::Good => self.checksums.good += 1,
            Checksum::Bad => self.checksums.bad += 1,
            Checksum::Offloaded => self.checksums.offloaded += 1,
            Checksum::Unknown => {}
        }
        if let Some(ts) = segment.options.timestamps {
            self.clock.push(ts.val, time);
        }
    }

    /// Takes in the sequence numbers of a segment. Returns how many of them were new.
    pub fn record_octets(&mut self, sent: &Sent<'_>, frame: u64, time: Option<Timestamp>) -> i64 {
        let segment = sent.segment;
        if segment.rst() {
            return 0;
        }
        if segment.is_empty() {
            self.empty_max = self.empty_max.max(Some(sent.seq));
            return 0;
        }
        self.kept.sequence_bearing += 1;
        // A FIN on a SYN is a fault of its own, and ends no stream; but the peer may acknowledge it.
        let end = if segment.syn() {
            sent.text_end()
        } else {
            sent.end()
        };
        let fresh = self.octets.insert(sent.seq, end);
        self.known.insert(sent.seq, sent.end());
        for set in [&mut self.octets, &mut self.known] {
            if set.len() > HOLES {
                // In favour of the endpoint: what a hole hides may have been there.
                set.close_lowest_hole();
            }
        }
        self.snd_max = self.snd_max.max(end);
        if matches!(segment.checksum, Checksum::Good | Checksum::Offloaded) {
            self.verified_max = self.verified_max.max(end);
        }
        if fresh == 0 {
            self.kept.retransmissions += 1;
        } else if !segment.syn() {
            self.advanced_at = Some(frame);
        }
        if segment.fin() && !segment.syn() {
            self.record_fin(sent, frame, time);
        }
        fresh
    }

    /// The frames before `frame` that brought what was not recorded otherwise of `left..right`, if damaged segments brought all of it, and
    /// few of its segments are damaged.
    pub fn only_damaged(&self, ends: (Seq<Local>, Seq<Local>), frame: u64) -> Option<Vec<u64>> {
        let brought = self.damage.brought(&self.octets, ends, frame);
        brought.filter(|_| self.damage.is_rare(self.checksums.good))
    }

    /// Remembers when what the last segment brought was new. What was sent before the record began may come into it late.
    pub fn note_news(&mut self, frame: u64, time: Option<Timestamp>) {
        let time = time.filter(|_| self.bounded);
        let seen = self.seen_end();
        let end = self.known.end().map_or(seen, |end| end.max(seen));
        self.news.note(end, self.clock.newest(), frame, time);
    }

    fn record_fin(&mut self, sent: &Sent<'_>, frame: u64, time: Option<Timestamp>) {
        let verified = sent.segment.checksum == Checksum::Good;
        let acks = sent.ack.map(|ack| (ack, ack));
        let at = sent.text_end();
        let fin = self.fin.get_or_insert(FinRecord {
            at,
            frame,
            time,
            copies: 0,
            acks,
            ttl: sent.segment.marks.ttl,
            verified: true,
        });
        fin.copies += 1;
        fin.verified &= verified;
        fin.acks = match (fin.acks, sent.ack) {
            (Some((low, high)), Some(ack)) => Some((low.min(ack), high.max(ack))),
            _ => None,
        };
    }

    /// Takes in what the octets of a segment sum up to. Single octets are left out where they may be a keep-alive's or a window
    /// probe's, which need not be those of the stream (RFC 9293 MAY-6).
    pub fn record_sum(&mut self, sent: &Sent<'_>, frame: u64, fresh: i64, probing: bool) {
        let segment = sent.segment;
        let sound = matches!(segment.checksum, Checksum::Good | Checksum::Offloaded);
        let single = segment.text == 1 && (fresh == 0 || probing);
        if segment.text > 0 && sound && !single && !segment.syn() && !segment.rst() {
            self.sums.add(sent, frame);
        }
    }

    /// Takes in the acknowledgment of a segment, and the window that comes with it.
    pub fn record_ack(&mut self, sent: &Sent<'_>, seen: &Observation) {
        let segment = sent.segment;
        let Some(ack) = sent.ack.filter(|_| !segment.rst()) else {
            return;
        };
        let emitted = Emitted::of(sent, ack, seen, self.octets.end());
        let advances = self.ack_max.is_none_or(|max| ack > max);
        if advances && !segment.syn() {
            self.advanced_at = Some(seen.frame);
        }
        // What cannot be verified bears no witness.
        let sure = segment.checksum != Checksum::Unknown;
        if sure && (advances || emitted.pure && self.ack_max == Some(ack)) {
            self.acks.push(emitted);
        }
        self.ack_max = self.ack_max.max(Some(ack));
        self.last_window = Some(segment.wnd);
        self.sacks_near |= segment.options.sack.iter().any(|(left, right)| {
            right.distance_from(*left) > 0 && (1..NEAR).contains(&right.distance_from(segment.ack))
        });
    }

    /// Renumbers what is kept of its own space, when its SYN comes after octets of it.
    pub fn shift(&mut self, by: i64) {
        self.octets.shift(by);
        self.known.shift(by);
        self.snd_max = self.snd_max + by;
        self.verified_max = self.verified_max + by;
        self.empty_max = self.empty_max.map(|seq| seq + by);
        if let Some(fin) = &mut self.fin {
            fin.at = fin.at + by;
        }
        if let Some(reset) = &mut self.reset {
            reset.seq = reset.seq + by;
        }
        self.acks.shift(by, 0);
        self.news.shift(by);
        self.damage.shift(by);
    }

    /// Renumbers what it said of the peer's space.
    pub fn shift_peer(&mut self, by: i64) {
        self.ack_max = self.ack_max.map(|ack| ack + by);
        self.edge_max = self.edge_max.map(|edge| edge + by);
        if let Some(fin) = &mut self.fin {
            fin.acks = fin.acks.map(|(low, high)| (low + by, high + by));
        }
        if let Some(reset) = &mut self.reset {
            reset.ack = reset.ack.map(|ack| ack + by);
            reset.peer_max = reset.peer_max.map(|max| max + by);
        }
        self.acks.shift(0, by);
    }

    /// Drops what its ACKs said, when the peer's numbers turn out to start elsewhere.
    pub fn forget_acks(&mut self) {
        self.ack_max = None;
        self.edge_max = None;
        self.acks = AckTrail::default();
        self.offers = OfferTrail::default();
    }

    /// Takes in the SYN itself: anchors the space at its number.
    pub fn record_syn(&mut self, sent: &Sent<'_>, frame: u64, time: Option<Timestamp>) {
        let segment = sent.segment;
        let syn = self.syn.get_or_insert_with(|| SynRecord {
            frame,
            time,
            options: segment.options.clone(),
            offers: Offers::default(),
            wnd: segment.wnd,
            text: segment.text,
            bare: 0,
            with_ack: 0,
            ip_id: segment.marks.ip_id,
        });
        syn.offers.add(segment);
        // The copy that carried octets may come after one that did not (Fast Open, RFC 7413).
        syn.text = syn.text.max(segment.text);
        if segment.has_ack() {
            syn.with_ack += 1;
        } else {
            syn.bare += 1;
        }
    }

    /// Takes in what another copy of the SYN offered, seen elsewhere.
    pub fn note_offers(&mut self, segment: &Segment) {
        if let Some(syn) = &mut self.syn {
            syn.offers.add(segment);
        }
    }

    /// The window scale shift that its own windows carry, given its peer: `None` while the record does not tell.
    pub fn window_shift(&self, peer: &Self) -> Option<u8> {
        let (own, other) = (self.syn.as_ref()?, peer.syn.as_ref()?);
        match (own.options.window_scale, other.options.window_scale) {
            // More than 14 counts as 14 for whoever hears it, but what its own windows mean then is anybody's guess.
            (Some(shift), Some(_)) => (shift <= 14).then_some(shift),
            _ if own.options.reading == Reading::Complete
                && other.options.reading == Reading::Complete =>
            {
                Some(0)
            }
            _ => None,
        }
    }
}
