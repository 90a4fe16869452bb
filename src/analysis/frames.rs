//! A way in for frames that come from no file: they become a capture file on the way, so that one reader serves all.

use super::{Settings, analyze};
use crate::capture::LinkType;
use crate::error::Error;
use crate::finding::Report;
use crate::time::Timestamp;
use std::io::{self, Read};

/// A packet as whoever recorded it hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// When it was recorded; between 1970 and 2106.
    pub time: Timestamp,
    /// The octets, from the link header on.
    pub octets: Vec<u8>,
    /// How long it was on the wire, where it was cut; else the number of octets.
    pub wire_len: u32,
}

impl Packet {
    /// A packet that was not cut.
    pub fn whole(time: Timestamp, octets: Vec<u8>) -> Self {
        let wire_len = u32::try_from(octets.len()).unwrap_or(u32::MAX);
        Self {
            time,
            octets,
            wire_len,
        }
    }
}

/// Analyses packets of one link type, in the order in which they were recorded; `name` is what reports call them. Frame
/// numbers count from 1.
///
/// ```
/// use tcplint::analysis::{Packet, Settings, analyze_frames};
/// use tcplint::capture::LinkType;
/// use tcplint::time::Timestamp;
///
/// // A null scan: IPv4 and TCP headers, no flag set.
/// let mut octets = vec![0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
/// octets.extend([0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0, 4, 0, 0, 0, 0, 0]);
/// let packets = vec![Packet::whole(Timestamp::from_nanos(1), octets)];
/// let report = analyze_frames(packets, LinkType(101), "live", &Settings::default())?;
/// assert_eq!(report.captures[0].segments, 1);
/// assert_eq!(report.flows[0].second.port(), 80);
/// # Ok::<(), tcplint::error::Error>(())
/// ```
pub fn analyze_frames<I>(
    packets: I,
    link: LinkType,
    name: &str,
    settings: &Settings,
) -> Result<Report, Error>
where
    I: IntoIterator<Item = Packet>,
    I::IntoIter: Send + 'static,
{
    let mut header = Vec::new();
    header.extend(0xa1b2_3c4d_u32.to_le_bytes());
    header.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.extend(0_u32.to_le_bytes());
    header.extend(u32::from(link.0).to_le_bytes());
    let file = File {
        packets: packets.into_iter(),
        record: header,
        read: 0,
    };
    analyze(file, name, settings)
}

/// A nanosecond pcap file, written while it is read.
struct File<I> {
    packets: I,
    record: Vec<u8>,
    read: usize,
}

impl<I: Iterator<Item = Packet>> Read for File<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read >= self.record.len() {
            let Some(packet) = self.packets.next() else {
                return Ok(0);
            };
            self.record.clear();
            self.read = 0;
            record(&packet, &mut self.record);
        }
        let left = self.record.get(self.read..).unwrap_or_default();
        let octets = Read::read(&mut &*left, buffer)?;
        self.read = self.read.saturating_add(octets);
        Ok(octets)
    }
}

fn record(packet: &Packet, into: &mut Vec<u8>) {
    let nanos = packet.time.nanos().max(0);
    let seconds = u32::try_from(nanos / 1_000_000_000).unwrap_or(u32::MAX);
    let rest = u32::try_from(nanos % 1_000_000_000).unwrap_or(0);
    let length = u32::try_from(packet.octets.len()).unwrap_or(u32::MAX);
    for word in [seconds, rest, length, packet.wire_len.max(length)] {
        into.extend(word.to_le_bytes());
    }
    into.extend(&packet.octets);
}
