//! Bytes to frames: capture files in, records out. Knows nothing of IP.
//!
//! Formats: pcap (draft-ietf-opsawg-pcap) with its relatives, and pcapng (draft-ietf-opsawg-pcapng), from files and
//! streams, also compressed with gzip or zstd.
//! Damage never stops an analysis: it becomes a [`Fault`], and what was read before stands.

mod ahead;
mod block;
mod compressed;
mod facts;
mod interface;
mod join;
mod names;
mod order;
mod packet;
mod pcap;
mod pcap_header;
mod pcapng;
mod reader;
mod refusal;
mod resync;
mod source;
#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "tests make small numbers")]
mod tests;

pub use facts::{Fault, FaultKind, FileFacts, InterfaceFacts, Resolution};
pub use join::{joined_name, open_joined, open_joined_by};
pub use names::{Comment, Labels};
pub use reader::{Opener, Reader, open};

use crate::tcp::Direction;
use crate::time::Timestamp;

/// No capture has a longer record; a length above it is damage, and is not followed.
pub(crate) const LIMIT: usize = 16 * 1024 * 1024;

/// A link type as the capture file numbers it (LINKTYPE values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkType(pub u16);

impl std::fmt::Display for LinkType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self.0 {
            0 => "BSD null",
            1 => "Ethernet",
            9 | 50 | 204 => "PPP",
            51 => "PPPoE",
            12 | 14 | 101 => "raw IP",
            104 => "Cisco HDLC",
            105 => "IEEE 802.11",
            108 => "BSD loop",
            109 => "OpenBSD enc",
            113 => "Linux cooked v1",
            117 => "BSD packet filter log",
            127 => "IEEE 802.11 with radiotap",
            192 => "per-packet information",
            219 => "MPLS",
            228 => "raw IPv4",
            229 => "raw IPv6",
            276 => "Linux cooked v2",
            other => return write!(f, "link type {other}"),
        };
        f.write_str(name)
    }
}

/// The direction that Linux tells by its packet types; what was for another host passed in neither.
pub(crate) const fn direction_of(packet_type: u16) -> Direction {
    match packet_type {
        0..=2 => Direction::Incoming,
        4 => Direction::Outgoing,
        _ => Direction::Unknown,
    }
}

/// One record of a capture file.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// 1-based, over all packets of the file, as Wireshark counts.
    pub number: u64,
    /// Byte offset of the record's header in the (decompressed) file.
    pub offset: u64,
    /// Record time; `None` where the format has none.
    pub time: Option<Timestamp>,
    /// Interface, counted over the whole file.
    pub interface: u32,
    /// Link type of that interface.
    pub link_type: LinkType,
    /// The octets recorded, frame check sequence already trimmed.
    pub octets: &'a [u8],
    /// Length on the wire, frame check sequence already trimmed.
    pub wire_len: u32,
    /// Direction, as far as the record's own description tells.
    pub direction: Direction,
}
