//! What pcapng options say of an interface and its losses, in the section's own byte order.
//!
//! pcap-parser splits the options; their values are read here, because it reads them little-endian everywhere.

use super::LinkType;
use super::facts::{InterfaceFacts, Resolution};
use super::names::tidy;
use super::order::Order;
use pcap_parser::{InterfaceDescriptionBlock, PcapNGOption};
use std::net::IpAddr;

/// The longest interface name that is kept.
const NAME: usize = 64;
/// More addresses than an interface has.
const ADDRESSES: usize = 16;

/// How to read the packets of one interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interface {
    pub(super) resolution: Resolution,
    /// Seconds to add to every record time.
    pub(super) offset: i64,
    /// Octets of frame check sequence.
    pub(super) fcs: u32,
    pub(super) snaplen: u32,
}

impl Interface {
    /// Stands for a description that cannot be read, so that those after it keep their numbers.
    pub(super) fn unreadable() -> (Self, InterfaceFacts) {
        let resolution = Resolution::MICRO;
        let facts = InterfaceFacts {
            link_type: LinkType(u16::MAX),
            snaplen: 0,
            resolution,
            name: None,
            addresses: Vec::new(),
            drops: None,
        };
        (
            Self {
                resolution,
                offset: 0,
                fcs: 0,
                snaplen: 0,
            },
            facts,
        )
    }

    pub(super) fn read(
        block: &InterfaceDescriptionBlock<'_>,
        order: Order,
    ) -> (Self, InterfaceFacts) {
        let link_type = LinkType(u16::try_from(block.linktype.0).unwrap_or(u16::MAX));
        let mut this = Self {
            resolution: Resolution::MICRO,
            offset: 0,
            fcs: 0,
            snaplen: block.snaplen,
        };
        let mut name = None;
        let mut addresses = Vec::new();
        for (code, value) in options(&block.options) {
            match code {
                2 => name = Some(tidy(value, NAME)),
                // A mask or the length of a prefix follows the address.
                4 | 5 if addresses.len() < ADDRESSES => addresses.extend(address(code, value)),
                9 => {
                    this.resolution = value
                        .first()
                        .map_or(this.resolution, |octet| Resolution::from_octet(*octet))
                }
                // Bits by the letter of the draft, octets by its example and by what Wireshark does with it.
                13 => {
                    this.fcs = value
                        .first()
                        .map_or(0, |n| u32::from(if *n >= 8 { *n / 8 } else { *n }))
                }
                14 => this.offset = order.u64_at(value, 0).map_or(0, u64::cast_signed),
                _ => {}
            }
        }
        let facts = InterfaceFacts {
            link_type,
            snaplen: block.snaplen,
            resolution: this.resolution,
            name,
            addresses,
            drops: None,
        };
        (this, facts)
    }

    /// A record time in nanoseconds since the epoch.
    pub(super) fn nanos(&self, ticks: u64) -> i128 {
        self.resolution
            .nanos(ticks)
            .saturating_add(i128::from(self.offset).saturating_mul(1_000_000_000))
    }
}

/// What an interface statistics block says was lost: by the interface and by the operating system.
pub(super) fn declared_drops(list: &[PcapNGOption<'_>], order: Order) -> Option<u64> {
    let counters = options(list).filter(|(code, _)| matches!(code, 5 | 7));
    counters
        .filter_map(|(_, value)| order.u64_at(value, 0))
        .reduce(u64::saturating_add)
}

/// Codes and values without padding, up to the end mark.
pub(super) fn options<'a>(list: &'a [PcapNGOption<'_>]) -> impl Iterator<Item = (u16, &'a [u8])> {
    list.iter()
        .take_while(|option| option.code.0 != 0)
        .map(|option| (option.code.0, option.as_bytes().unwrap_or_default()))
}

fn address(code: u16, value: &[u8]) -> Option<IpAddr> {
    match code {
        4 => value.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
        _ => value
            .first_chunk::<16>()
            .map(|octets| IpAddr::from(*octets)),
    }
}
