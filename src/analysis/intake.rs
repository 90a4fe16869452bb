//! What must see the frames in the order of the file: times, decoding, copies, the end of the record. Knows no connection.

use super::hands::{Dealer, Hands, Routed};
use super::lanes::Lanes;
use super::notes;
use super::settings::Settings;
use super::slots::digest;
use super::tail::{self, Tail};
use crate::capture;
use crate::filter::Filter;
use crate::finding::{CaptureRecord, Place, Skipped};
use crate::flow::{FourTuple, Observation, Side};
use crate::replay::Facts;
use crate::time::{Span, Timestamp};
use crate::wire;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Frames of an epoch, after which all that were read have been replayed. What is kept of an endless stream only for its numbers
/// goes then.
const EPOCH: usize = 1 << 18;

/// How many directions are remembered of which the filter left something out, or not.
const WAYS: usize = 1 << 16;

/// One capture on its way to the connections.
pub(super) struct Intake {
    pub(super) record: CaptureRecord,
    /// What the frames show, apart from any connection.
    pub(super) facts: Facts,
    pub(super) tail: Tail,
    decoder: wire::Decoder,
    twice: wire::Twice,
    /// Segments that stay, on their way to their shares.
    decided: Vec<wire::Seen>,
    lanes: Lanes,
    skipped: BTreeMap<wire::Undecoded, u64>,
    last_time: Option<Timestamp>,
    any_time: bool,
    back_steps: u64,
    cut: u64,
    filter: Option<Filter>,
    /// Frames whose place in the file is wanted, and their places.
    pub(super) near: Arc<BTreeSet<u64>>,
    pub(super) places: Vec<(u64, Place)>,
    /// Segments that the filter did not select, and those of them in tagged frames where it names no VLAN.
    left_out: u64,
    tagged: u64,
    /// Each direction of a connection: whether the filter selected anything of it, and how much it left out. Where tags differ within
    /// one, it may be both, and what was left out is missing.
    ways: BTreeMap<(FourTuple, Side), (bool, u64)>,
    /// There are more of them, and whether any frame was tagged.
    more_ways: bool,
    tags: bool,
}

impl Intake {
    pub(super) fn new(name: &str, settings: &Settings) -> Self {
        Self {
            record: CaptureRecord {
                name: name.to_owned(),
                ..CaptureRecord::default()
            },
            facts: Facts::default(),
            tail: Tail::default(),
            decoder: wire::Decoder::default(),
            twice: wire::Twice::default(),
            decided: Vec::new(),
            lanes: Lanes::default(),
            skipped: BTreeMap::new(),
            last_time: None,
            any_time: false,
            back_steps: 0,
            cut: 0,
            near: Arc::default(),
            places: Vec::new(),
            filter: settings.filter.clone(),
            left_out: 0,
            tagged: 0,
            ways: BTreeMap::new(),
            more_ways: false,
            tags: false,
        }
    }

    /// Reads an epoch, and hands on the segments of each share in batches, in their order. Whether there is more.
    pub(super) fn read(&mut self, reader: &mut capture::Reader, dealer: &mut impl Dealer) -> bool {
        let mut hands = Hands::default();
        for _ in 0..EPOCH {
            let Some(frame) = reader.next_frame() else {
                self.finish(&mut hands);
                hands.deal_all(dealer);
                return false;
            };
            let (number, offset) = (frame.number, frame.offset);
            self.take(&frame, &mut hands);
            if self.near.contains(&number) {
                let length = reader.record_len();
                self.places.push((number, Place { offset, length }));
            }
            hands.deal_full(dealer);
        }
        hands.deal_all(dealer);
        true
    }

    /// Takes a frame in, and puts the segments that are decided about now into the hands of their shares.
    fn take(&mut self, frame: &capture::Frame<'_>, hands: &mut Hands) {
        self.record.frames += 1;
        self.note_time(frame.time);
        if u32::try_from(frame.octets.len()).is_ok_and(|seen| seen < frame.wire_len) {
            self.cut += 1;
        }
        match self.decoder.decode(frame) {
            Err(wire::Undecoded::Waiting) => {}
            Err(reason) => *self.skipped.entry(reason).or_default() += 1,
            Ok(decoded) if self.leaves_out(frame, &decoded) => {}
            Ok(decoded) => {
                let seen = wire::Seen {
                    frame: frame.number,
                    time: frame.time,
                    decoded,
                };
                self.twice.take(seen, &mut self.decided);
                self.route(hands);
            }
        }
    }

    fn leaves_out(&mut self, frame: &capture::Frame<'_>, decoded: &wire::Decoded) -> bool {
        let Some(filter) = &self.filter else {
            return false;
        };
        let tags = wire::Tags::of(frame);
        let way = FourTuple::within(decoded.tunnel, decoded.source, decoded.destination);
        self.tags |= !tags.is_empty();
        let selects = filter.selects(decoded, &tags);
        self.more_ways |= self.ways.len() >= WAYS && !self.ways.contains_key(&way);
        if !self.more_ways {
            let (selected, left_out) = self.ways.entry(way).or_default();
            *selected |= selects;
            *left_out += u64::from(!selects);
        }
        if selects {
            return false;
        }
        self.left_out += 1;
        self.tagged += u64::from(!tags.is_empty() && !filter.names_vlan());
        true
    }

    /// The record has ended: what was not decided about yet is now.
    fn finish(&mut self, hands: &mut Hands) {
        self.twice.finish(&mut self.decided);
        self.route(hands);
        for (reason, frames) in self.decoder.finish() {
            *self.skipped.entry(reason).or_default() += frames;
        }
    }

    /// IP fragments that cannot both be right.
    pub(super) fn disagreements(&self) -> &[wire::Disagreement] {
        self.decoder.disagreements()
    }

    fn route(&mut self, hands: &mut Hands) {
        self.record.segments += u64::try_from(self.decided.len()).unwrap_or(0);
        let last = self.decided.len().saturating_sub(tail::KEPT);
        for (at, seen) in self.decided.drain(..).enumerate() {
            let decoded = seen.decoded;
            let within = |tunnel| FourTuple::within(tunnel, decoded.source, decoded.destination);
            let (tuple, side) = within(decoded.tunnel);
            let network = self
                .lanes
                .network(tuple, side, decoded.lane, &decoded.segment);
            let tuple = match network {
                0 => tuple,
                mark => within(decoded.tunnel ^ mark).0,
            };
            let routed = Routed {
                tuple,
                digest: digest(&tuple),
                seen: Observation {
                    frame: seen.frame,
                    time: seen.time,
                    side,
                    framing: decoded.framing,
                    segment: decoded.segment,
                },
            };
            if at >= last {
                self.tail.note(&routed);
            }
            hands.take(routed);
        }
    }

    fn note_time(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        self.any_time |= time.nanos() != 0;
        self.record.times = Some(self.record.times.map_or((time, time), |(first, last)| {
            (first.min(time), last.max(time))
        }));
        let step = self.last_time.map_or(Span::ZERO, |last| last.since(time));
        if step > Span::ZERO {
            self.back_steps += 1;
            self.facts.longest_back_step = self.facts.longest_back_step.max(step);
        }
        self.last_time = Some(time);
    }

    /// Brings in what the file says of itself.
    pub(super) fn describe(&mut self, file: &capture::FileFacts) {
        self.record.format = file.format.to_owned();
        self.record.said = notes::said(file);
        self.record.dropped = file.dropped();
        self.record.snaplen = file
            .interfaces
            .iter()
            .map(|interface| interface.snaplen)
            .filter(|&snaplen| snaplen > 0)
            .min();
        for interface in &file.interfaces {
            let name = interface.link_type.to_string();
            if !self.record.link_types.contains(&name) {
                self.record.link_types.push(name);
            }
        }
        let undecoded: u64 = self
            .skipped
            .iter()
            .filter(|(reason, _)| reason.lossy())
            .map(|(_, frames)| frames)
            .sum();
        let torn = self.ways.values().filter(|(selected, _)| *selected);
        let torn: u64 = torn.map(|(_, left_out)| left_out).sum();
        // Where not all directions are known, something of one may be missing if tags differ at all.
        self.facts.undecoded += torn + u64::from(self.more_ways && self.tags);
        self.facts.undecoded += undecoded + self.record.dropped.unwrap_or(0) + file.unread;
        self.facts.truncated =
            file.truncated || file.faults.iter().any(|fault| fault.kind.ends_reading());
        self.facts.timed = self.any_time;
        if !self.any_time {
            self.record.times = None;
        }
        self.list_skipped();
    }

    fn list_skipped(&mut self) {
        self.record.skipped = self
            .skipped
            .iter()
            .map(|(reason, &frames)| Skipped {
                reason: reason.to_string(),
                frames,
                lossy: reason.lossy(),
            })
            .collect();
        let copies = self.twice.copies();
        let twice = copies.duplicates + copies.elsewhere;
        self.record.skipped.extend((twice > 0).then(|| Skipped {
            reason: "recorded twice".to_owned(),
            frames: twice,
            lossy: false,
        }));
        let hint = if self.tagged > 0 {
            "left out by the filter (some have VLAN tags: as in tcpdump, only `vlan and …` looks behind them)"
        } else {
            "left out by the filter"
        };
        self.record
            .skipped
            .extend((self.left_out > 0).then(|| Skipped {
                reason: hint.to_owned(),
                frames: self.left_out,
                lossy: false,
            }));
        self.record.skipped.sort();
    }

    /// Tags the capture with what is known of it now; `facts` are those of the frames and of all connections.
    pub(super) fn tag(&mut self, facts: &Facts) {
        let copies = self.twice.copies();
        let disordered = self.back_steps > 0 && self.any_time && facts.clock_steps == 0;
        let told = [
            (!self.any_time && self.record.frames > 0, "no-timestamps"),
            (facts.truncated, "truncated-file"),
            (self.cut > 0, "snaplen"),
            (facts.clock_steps > 0, "clock-step"),
            (copies.duplicates > 0, "capture-duplicates"),
            (copies.elsewhere > 0, "two-vantages"),
            (facts.missed > 0 || facts.unseen_echoes > 0, "capture-loss"),
            (facts.swaps > 0 || disordered, "capture-reordered"),
        ];
        let told = told.iter().filter(|(holds, _)| *holds);
        self.record.tags.extend(told.map(|(_, tag)| *tag));
    }
}
