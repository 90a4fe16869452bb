//! The three packet blocks of pcapng: where the packet lies in its block, when and on which interface it was seen.

use super::interface::options;
use super::names::comment_text;
use super::order::Order;
use crate::tcp::Direction;
use pcap_parser::nom::error::Error as NomError;
use pcap_parser::{
    EnhancedPacketBlock, PcapNGOption, SimplePacketBlock, parse_option_be, parse_option_le,
};

/// Where the data of an enhanced or obsolete packet block begins.
const DATA: usize = 28;

/// A packet as its block describes it.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    /// Number of the interface in the section.
    pub(super) interface: u32,
    /// Time in units of the interface.
    pub(super) ticks: Option<u64>,
    /// Where its octets start in the block.
    pub(super) start: usize,
    pub(super) captured: usize,
    pub(super) wire_len: u32,
    pub(super) options: PacketOptions,
}

impl Packet {
    pub(super) fn enhanced(
        block: &EnhancedPacketBlock<'_>,
        order: Order,
    ) -> Result<Self, &'static str> {
        let captured = usize::try_from(block.caplen)
            .ok()
            .filter(|captured| *captured <= block.data.len());
        Ok(Self {
            interface: block.if_id,
            ticks: Some(ticks(block.ts_high, block.ts_low)),
            start: DATA,
            captured: captured.ok_or("a packet longer than its block")?,
            wire_len: block.origlen,
            options: PacketOptions::read(&block.options, order),
        })
    }

    /// A block without a captured length: the interface's snap length tells padding from data.
    pub(super) fn simple(block: &SimplePacketBlock<'_>, snaplen: u32) -> Self {
        let longest = if snaplen == 0 {
            block.origlen
        } else {
            block.origlen.min(snaplen)
        };
        Self {
            interface: 0,
            ticks: None,
            start: 12,
            captured: block
                .data
                .len()
                .min(usize::try_from(longest).unwrap_or(usize::MAX)),
            wire_len: block.origlen,
            options: PacketOptions::default(),
        }
    }

    /// The packet block of old writers; pcap-parser does not know it.
    pub(super) fn obsolete(octets: &[u8], order: Order) -> Result<Self, &'static str> {
        let field = |at| order.u32_at(octets, at);
        let end = octets.len().saturating_sub(4);
        let (Some(high), Some(low), Some(captured), Some(wire_len)) =
            (field(12), field(16), field(20), field(24))
        else {
            return Err("a packet block too short for its fields");
        };
        let captured = usize::try_from(captured).unwrap_or(usize::MAX);
        if end < DATA || captured > end.saturating_sub(DATA) {
            return Err("a packet longer than its block");
        }
        let list = octets
            .get(DATA.saturating_add(captured.next_multiple_of(4))..end)
            .unwrap_or_default();
        let mut options = PacketOptions::read(&split(list, order), order);
        let drops = order
            .u16_at(octets, 10)
            .filter(|drops| *drops != u16::MAX && *drops > 0);
        options.drops = options.drops.or(drops.map(u64::from));
        let interface = order.u16_at(octets, 8).map_or(u32::MAX, u32::from);
        Ok(Self {
            interface,
            ticks: Some(ticks(high, low)),
            start: DATA,
            captured,
            wire_len,
            options,
        })
    }
}

/// What the options of a packet block say.
#[derive(Clone, Debug, Default)]
pub(super) struct PacketOptions {
    pub(super) direction: Direction,
    pub(super) fcs: Option<u32>,
    /// Packets lost between the one before and this one.
    pub(super) drops: Option<u64>,
    pub(super) comments: Vec<String>,
}

impl PacketOptions {
    pub(super) fn read(list: &[PcapNGOption<'_>], order: Order) -> Self {
        let mut this = Self::default();
        for (code, value) in options(list) {
            match code {
                1 => this.comments.push(comment_text(value)),
                2 => {
                    let flags = order.u32_at(value, 0).unwrap_or(0);
                    this.direction = match flags & 3 {
                        1 => Direction::Incoming,
                        2 => Direction::Outgoing,
                        _ => Direction::Unknown,
                    };
                    this.fcs = Some((flags >> 5) & 0xf).filter(|octets| *octets > 0);
                }
                4 => this.drops = order.u64_at(value, 0),
                _ => {}
            }
        }
        this
    }
}

fn ticks(high: u32, low: u32) -> u64 {
    (u64::from(high) << 32) | u64::from(low)
}

pub(super) fn split(mut list: &[u8], order: Order) -> Vec<PcapNGOption<'_>> {
    let parse = match order {
        Order::Little => parse_option_le::<NomError<&[u8]>>,
        Order::Big => parse_option_be::<NomError<&[u8]>>,
    };
    let mut options = Vec::new();
    while let Ok((rest, option)) = parse(list) {
        options.push(option);
        list = rest;
    }
    options
}
