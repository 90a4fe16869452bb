//! The file header of the classic format and its relatives: what the magic, the version and the link type word say.
//! Not the records, which `pcap` reads by it.

use super::LinkType;
use super::facts::Resolution;
use super::order::Order;

/// Octets of the file header, without what some relatives add.
pub(super) const HEADER: usize = 24;
/// Marks that the top four bits of the link type word count the frame check sequence, in units of two octets.
const FCS_PRESENT: u32 = 0x0400_0000;

/// The fields at the start of a record, beyond the four that all have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Nothing more.
    Plain,
    /// Interface, protocol and packet type (Kuznetzov's patches of 1999-04-17 and 1999-10-29).
    Modified,
    /// The same and five octets more (the patch of 1999-09-15).
    ModifiedLonger,
    /// Four octets that nobody outside Nokia knows.
    Nokia,
}

impl Layout {
    /// Octets before the packet.
    pub(super) const fn octets(self) -> usize {
        match self {
            Self::Plain => 16,
            Self::Nokia => 20,
            Self::Modified => 24,
            Self::ModifiedLonger => 28,
        }
    }
}

/// Which of the two lengths of a record comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lengths {
    CapturedFirst,
    WireFirst,
    /// Writers of version 2.3 did either, so the smaller one is the captured length.
    Either,
}

/// What a file header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileHeader {
    pub(super) order: Order,
    pub(super) resolution: Resolution,
    pub(super) format: &'static str,
    /// The layouts that files of this magic have, the usual one first.
    pub(super) layouts: &'static [Layout],
    pub(super) lengths: Lengths,
    pub(super) link_type: LinkType,
    /// Octets of frame check sequence.
    pub(super) fcs: u32,
    pub(super) snaplen: u32,
    /// Octets of the header.
    pub(super) octets: usize,
}

struct Magic {
    resolution: Resolution,
    format: &'static str,
    layouts: &'static [Layout],
    /// Octets behind the usual header.
    more: usize,
}

const fn magic(number: u32) -> Option<Magic> {
    let (resolution, format, layouts, more): (_, _, &[Layout], _) = match number {
        0xa1b2_c3d4 => (
            Resolution::MICRO,
            "pcap, microseconds",
            &[Layout::Plain, Layout::Modified, Layout::Nokia],
            0,
        ),
        0xa1b2_3c4d => (Resolution::NANO, "pcap, nanoseconds", &[Layout::Plain], 0),
        0xa1b2_cd34 => (
            Resolution::MICRO,
            "modified pcap, microseconds",
            &[Layout::Modified, Layout::ModifiedLonger],
            0,
        ),
        // The size of all records together follows.
        0x1c00_01ac => (
            Resolution::NANO,
            "IXIA pcap, nanoseconds",
            &[Layout::Plain],
            4,
        ),
        0x1c00_01ab => (
            Resolution::MICRO,
            "IXIA pcap, microseconds",
            &[Layout::Plain],
            4,
        ),
        _ => return None,
    };
    Some(Magic {
        resolution,
        format,
        layouts,
        more,
    })
}

/// The byte order and kind that the first four octets tell.
fn known(head: &[u8]) -> Option<(Order, Magic)> {
    [Order::Little, Order::Big]
        .into_iter()
        .find_map(|order| Some((order, magic(order.u32_at(head, 0)?)?)))
}

/// Whether a file begins as one of these formats does.
pub(super) fn begins(head: &[u8]) -> bool {
    known(head).is_some()
}

/// The version, where `head` holds a whole header.
pub(super) fn version(head: &[u8]) -> Option<(u16, u16)> {
    let (order, _) = known(head.get(..HEADER)?)?;
    Some((order.u16_at(head, 4)?, order.u16_at(head, 6)?))
}

impl FileHeader {
    /// Reads a file header; `None` where it is none, or of a version older than any record layout that is known.
    pub(super) fn read(head: &[u8]) -> Option<Self> {
        let (order, magic) = known(head)?;
        let octets = HEADER.saturating_add(magic.more);
        let head = head.get(..octets)?;
        let version = (order.u16_at(head, 4)?, order.u16_at(head, 6)?);
        let lengths = match version {
            (0 | 1, _) => return None,
            // DG/UX numbers its files so.
            (2, 0..=2) | (543, _) => Lengths::WireFirst,
            (2, 3) => Lengths::Either,
            _ => Lengths::CapturedFirst,
        };
        let word = order.u32_at(head, 20)?;
        let number = u16::try_from(word & 0xffff).unwrap_or(u16::MAX);
        let mut this = Self {
            order,
            resolution: magic.resolution,
            format: magic.format,
            layouts: magic.layouts,
            lengths,
            link_type: LinkType(number),
            fcs: if word & FCS_PRESENT == 0 {
                0
            } else {
                (word >> 28).saturating_mul(2)
            },
            snaplen: order.u32_at(head, 16)?,
            octets,
        };
        if version != (2, 4) {
            // The relatives with the usual magic are younger.
            this.layouts = this.layouts.get(..1)?;
        }
        if version == (2, 2)
            && let Some(link) = aix_link(number)
        {
            this.link_type = LinkType(link);
            this.resolution = Resolution::NANO;
            this.format = "AIX pcap, nanoseconds";
        }
        Some(this)
    }
}

/// AIX writes interface types (RFC 1573) for link types, under a version that others had left behind.
const fn aix_link(interface: u16) -> Option<u16> {
    match interface {
        6 => Some(1),
        9 => Some(6),
        24 => Some(0),
        _ => None,
    }
}
