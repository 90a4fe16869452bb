//! The records of the classic format, in both byte orders and all layouts that `pcap_header` knows. Not pcapng.

use super::facts::{FaultKind, FileFacts, InterfaceFacts};
use super::pcap_header::{FileHeader, Layout, Lengths};
use super::reader::{Found, Record};
use super::source::Source;
use super::{LIMIT, direction_of};
use crate::tcp::Direction;

/// The longest record of writers that do not say otherwise in the snap length.
const LONGEST: usize = 262_144;
/// How far the time of a record may be from that of another, in seconds, for a place to look like one.
const NEAR: u32 = 7 * 24 * 60 * 60;

/// A classic file after its header.
pub(super) struct Pcap {
    header: FileHeader,
    layout: Layout,
    /// The longest record that is taken for one.
    longest: usize,
    /// Seconds of the last record's time.
    last: Option<u32>,
    /// Number of its interface in a joined capture.
    pub(super) interface: u32,
}

/// The fields that the records of all layouts begin with.
#[derive(Clone, Copy)]
struct Fields {
    seconds: u32,
    fraction: u32,
    captured: u32,
    wire: u32,
}

impl Pcap {
    /// Reads the file header, which is passed; `None`, and the source as it was, where it is none.
    pub(super) fn open(source: &mut Source) -> Option<(Self, FileFacts)> {
        let header = FileHeader::read(source.window())?;
        source.consume(header.octets);
        let mut facts = FileFacts::new(header.format);
        facts.interfaces.push(InterfaceFacts {
            link_type: header.link_type,
            snaplen: header.snaplen,
            resolution: header.resolution,
            name: None,
            addresses: Vec::new(),
            drops: None,
        });
        let mut this = Self {
            header,
            layout: *header.layouts.first()?,
            longest: usize::try_from(header.snaplen)
                .unwrap_or(LIMIT)
                .clamp(LONGEST, LIMIT),
            last: None,
            interface: 0,
        };
        if header.layouts.len() > 1 {
            this.choose_layout(source);
        }
        Some((this, facts))
    }

    /// Takes the first layout in which the first records have no flaw; the usual one where each has, because damage is
    /// less rare than its relatives.
    fn choose_layout(&mut self, source: &mut Source) {
        let usual = self.layout;
        for &layout in self.header.layouts {
            self.layout = layout;
            if self.flaws(source) == 0 {
                return;
            }
        }
        self.layout = usual;
    }

    /// What speaks against the layout in the first few records.
    fn flaws(&self, source: &mut Source) -> u32 {
        /// Records that are looked at.
        const RECORDS: usize = 3;
        let (mut flaws, mut at) = (0u32, 0usize);
        for _ in 0..RECORDS {
            let whole = source.fill(at.saturating_add(self.layout.octets()));
            let Some(fields) = self.fields(source.window(), at).filter(|_| whole) else {
                return flaws.saturating_add(u32::from(source.window().len() > at));
            };
            let second = self.header.resolution.nanos(u64::from(fields.fraction)) >= 1_000_000_000;
            let extra = self.extra_is_odd(source.window(), at);
            let odd = [second, fields.captured > fields.wire, extra];
            let count = odd.iter().filter(|odd| **odd).count();
            flaws = flaws.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
            let length = usize::try_from(fields.captured).unwrap_or(usize::MAX);
            at = at
                .saturating_add(self.layout.octets())
                .saturating_add(length);
            if length > self.longest || !source.fill(at) {
                return flaws.saturating_add(1);
            }
        }
        flaws
    }

    /// Whether the fields that only this layout has hold what they cannot.
    fn extra_is_odd(&self, window: &[u8], at: usize) -> bool {
        /// No Linux machine of that time had more interfaces.
        const INTERFACES: u32 = 10_000;
        let extra = self.header.order.u32_at(window, at.saturating_add(16));
        match self.layout {
            Layout::Plain => false,
            // The only values that were ever seen differ in some bits.
            Layout::Nokia => extra.is_none_or(|stuff| stuff & 0x0fff_00f0 != 0x0fbf_0000),
            Layout::Modified | Layout::ModifiedLonger => {
                extra.is_none_or(|interface| interface > INTERFACES)
                    || self.packet_type(window, at).is_none_or(|kind| kind > 4)
            }
        }
    }

    /// Whether a record seems to begin at the window's start: one that another follows, or the end.
    pub(super) fn plausible(&self, source: &mut Source) -> bool {
        if !source.fill(self.layout.octets()) {
            return false;
        }
        let Some(whole) = self.resembles(source.window(), 0) else {
            return false;
        };
        self.followed(source, whole)
    }

    /// Whether another record, or the end, is that far behind the window's start.
    fn followed(&self, source: &mut Source, whole: usize) -> bool {
        if source.fill(whole.saturating_add(self.layout.octets())) {
            self.resembles(source.window(), whole).is_some()
        } else {
            source.window().len() == whole
        }
    }

    /// The length of what resembles a record.
    fn resembles(&self, window: &[u8], at: usize) -> Option<usize> {
        let fields = self.fields(window, at)?;
        let length = usize::try_from(fields.captured).ok()?;
        let near = self
            .last
            .is_none_or(|last| fields.seconds.abs_diff(last) <= NEAR);
        let sane = fields.captured > 0 && fields.captured <= fields.wire && length <= self.longest;
        let fraction = self.header.resolution.nanos(u64::from(fields.fraction));
        let typed = self.packet_type(window, at).is_none_or(|kind| kind <= 4);
        (near && sane && typed && fraction < 1_000_000_000)
            .then(|| self.layout.octets().saturating_add(length))
    }

    fn fields(&self, window: &[u8], at: usize) -> Option<Fields> {
        let field = |offset: usize| self.header.order.u32_at(window, at.saturating_add(offset));
        let (first, second) = (field(8)?, field(12)?);
        let (captured, wire) = match self.header.lengths {
            Lengths::CapturedFirst => (first, second),
            Lengths::WireFirst => (second, first),
            Lengths::Either => (first.min(second), first.max(second)),
        };
        Some(Fields {
            seconds: field(0)?,
            fraction: field(4)?,
            captured,
            wire,
        })
    }

    /// What the kernel says of a packet, in the layouts that have it.
    fn packet_type(&self, window: &[u8], at: usize) -> Option<u8> {
        match self.layout {
            Layout::Plain | Layout::Nokia => None,
            Layout::Modified | Layout::ModifiedLonger => window.get(at.saturating_add(22)).copied(),
        }
    }

    /// The record at the window's start.
    pub(super) fn next(&mut self, source: &mut Source) -> Found {
        let header = self.layout.octets();
        let fields = if source.fill(header) {
            self.fields(source.window(), 0)
        } else {
            None
        };
        let Some(fields) = fields else {
            return if source.window().is_empty() {
                Found::End
            } else {
                Found::cut("the file ends within a record header")
            };
        };
        let captured = fields.captured;
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
        self.last = Some(fields.seconds);
        // A fraction of a second or more is what some writers give; the sum is what they mean.
        let fraction = self.header.resolution.nanos(u64::from(fields.fraction));
        let nanos = i128::from(fields.seconds)
            .saturating_mul(1_000_000_000)
            .saturating_add(fraction);
        let direction = self
            .packet_type(source.window(), 0)
            .map_or(Direction::Unknown, |kind| direction_of(u16::from(kind)));
        Found::Frame(Record {
            nanos: Some(nanos),
            interface: self.interface,
            start: header,
            captured: length,
            wire_len: fields.wire,
            fcs: self.header.fcs,
            direction,
            consumed: whole,
        })
    }
}
