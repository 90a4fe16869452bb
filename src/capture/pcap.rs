//! The classic format: a file header, then records. Both byte orders, microseconds and nanoseconds,
//! and the little-endian "modified" variant with its longer record headers. Not pcapng.

use super::facts::{FaultKind, FileFacts, InterfaceFacts, Resolution};
use super::reader::{Found, Record};
use super::source::Source;
use super::{LIMIT, LinkType, order::Order};
use pcap_parser::{
    PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified, parse_pcap_header,
};

/// Octets of the file header.
pub(super) const HEADER: usize = 24;
/// Marks that the top four bits of the link type word count the frame check sequence, in units of two octets.
const FCS_PRESENT: u32 = 0x0400_0000;

/// The longest record of writers that do not say otherwise in the snap length.
const LONGEST: usize = 262_144;
/// How far the time of a record may be from that of another, in seconds, for a place to look like one.
const NEAR: u32 = 7 * 24 * 60 * 60;

/// A classic file after its header.
pub(super) struct Pcap {
    order: Order,
    modified: bool,
    resolution: Resolution,
    fcs: u32,
    /// The longest record that is taken for one.
    longest: usize,
    /// Seconds of the last record's time.
    last: Option<u32>,
}

impl Pcap {
    /// Reads the file header; `None` where it is none.
    pub(super) fn open(header: &[u8]) -> Option<(Self, FileFacts)> {
        let (_, header) = parse_pcap_header(header).ok()?;
        let word = header.network.0.cast_unsigned();
        let link_type = LinkType(u16::try_from(word & 0xffff).unwrap_or(u16::MAX));
        let fcs = if word & FCS_PRESENT == 0 {
            0
        } else {
            (word >> 28).saturating_mul(2)
        };
        let nano = header.is_nanosecond_precision();
        let resolution = if nano {
            Resolution::NANO
        } else {
            Resolution::MICRO
        };
        let mut facts = FileFacts::new(name(&header));
        facts.interfaces.push(InterfaceFacts {
            link_type,
            snaplen: header.snaplen,
            resolution,
            name: None,
            drops: None,
        });
        let order = if header.is_bigendian() {
            Order::Big
        } else {
            Order::Little
        };
        Some((
            Self {
                order,
                modified: header.is_modified_format(),
                resolution,
                fcs,
                longest: usize::try_from(header.snaplen)
                    .unwrap_or(LIMIT)
                    .clamp(LONGEST, LIMIT),
                last: None,
            },
            facts,
        ))
    }

    const fn header(&self) -> usize {
        if self.modified { 24 } else { 16 }
    }

    /// Whether a record seems to begin at the window's start: one that another follows, or the end.
    pub(super) fn plausible(&self, source: &mut Source) -> bool {
        if !source.fill(self.header()) {
            return false;
        }
        let Some(whole) = self.resembles(source.window(), 0) else {
            return false;
        };
        self.followed(source, whole)
    }

    /// Whether another record, or the end, is that far behind the window's start.
    fn followed(&self, source: &mut Source, whole: usize) -> bool {
        if source.fill(whole.saturating_add(self.header())) {
            self.resembles(source.window(), whole).is_some()
        } else {
            source.window().len() == whole
        }
    }

    /// The length of what resembles a record.
    fn resembles(&self, window: &[u8], at: usize) -> Option<usize> {
        let field = |offset: usize| self.order.u32_at(window, at.saturating_add(offset));
        let (seconds, fraction, captured, wire) = (field(0)?, field(4)?, field(8)?, field(12)?);
        let length = usize::try_from(captured).ok()?;
        let near = self.last.is_none_or(|last| seconds.abs_diff(last) <= NEAR);
        let sane = captured > 0 && captured <= wire && length <= self.longest;
        (near && sane && self.resolution.nanos(u64::from(fraction)) < 1_000_000_000)
            .then(|| self.header().saturating_add(length))
    }

    /// The record at the window's start.
    pub(super) fn next(&mut self, source: &mut Source) -> Found {
        let header = self.header();
        if !source.fill(header) {
            return if source.window().is_empty() {
                Found::End
            } else {
                Found::cut("the file ends within a record header")
            };
        }
        let captured = self.order.u32_at(source.window(), 8).unwrap_or(0);
        let length = usize::try_from(captured).unwrap_or(usize::MAX);
        if length > self.longest
            && (length > LIMIT || !self.followed(source, header.saturating_add(length)))
        {
            let longest = self.longest;
            let text =
                format!("a record of {captured} octets; this capture has none above {longest}");
            return Found::Fault(FaultKind::TooLong, text);
        }
        let whole = header.saturating_add(length);
        if !source.fill(whole) {
            let there = source.window().len().saturating_sub(header);
            return Found::cut(format!(
                "the file ends {there} octets into a record of {captured}"
            ));
        }
        let parse = match (self.modified, self.order) {
            (true, _) => parse_pcap_frame_modified,
            (false, Order::Little) => parse_pcap_frame,
            (false, Order::Big) => parse_pcap_frame_be,
        };
        let Some(Ok((_, block))) = source.window().get(..whole).map(parse) else {
            return Found::Fault(FaultKind::Lost, "a record that cannot be read".into());
        };
        self.last = Some(block.ts_sec);
        // A fraction of a second or more is what some writers give; the sum is what they mean.
        let fraction = self.resolution.nanos(u64::from(block.ts_usec));
        let nanos = i128::from(block.ts_sec)
            .saturating_mul(1_000_000_000)
            .saturating_add(fraction);
        Found::Frame(Record {
            nanos: Some(nanos),
            interface: 0,
            start: header,
            captured: length,
            wire_len: block.origlen,
            fcs: self.fcs,
            direction: None,
            consumed: whole,
        })
    }
}

fn name(header: &PcapHeader) -> &'static str {
    if header.is_modified_format() {
        "modified pcap, microseconds"
    } else if header.is_nanosecond_precision() {
        "pcap, nanoseconds"
    } else {
        "pcap, microseconds"
    }
}
