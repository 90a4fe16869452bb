//! pcapng: sections of either byte order, interfaces with their own link types and clocks, packets in three kinds of block.
//!
//! Every block is bounded by its own length and complete in the buffer before pcap-parser sees it; blocks that hold
//! nothing for us are passed over unread, however long they are.

use super::block::{self, BLOCK_LIMIT, Bound, pass_over, within};
use super::facts::{FaultKind, FileFacts};
use super::interface::{Interface, declared_drops, options};
use super::names::{Labels, comment_text};
use super::order::Order;
use super::packet::{Packet, split};
use super::reader::{Found, Record};
use super::source::Source;
use pcap_parser::{Block, PcapNGOption, parse_block_be, parse_block_le};

/// More interfaces than any machine has.
const INTERFACES: usize = 1 << 16;

/// A pcapng file: the section that is being read.
pub(super) struct PcapNg {
    order: Order,
    /// Interfaces of the sections before.
    before: usize,
    interfaces: Vec<Interface>,
}

impl PcapNg {
    /// Accepts an input that begins with a whole section header, and leaves that to be read as any block.
    pub(super) fn open(source: &mut Source) -> Option<Self> {
        let order = source
            .window()
            .strip_prefix(&block::SECTION)
            .and_then(|rest| block::byte_order(rest.get(4..)?))?;
        let length = usize::try_from(order.u32_at(source.window(), 4)?).ok()?;
        let whole = (28..=BLOCK_LIMIT).contains(&length) && source.fill(length);
        whole.then(|| Self {
            order,
            before: 0,
            interfaces: Vec::new(),
        })
    }

    /// Whether a block seems to begin at the window's start.
    pub(super) fn plausible(&self, source: &mut Source) -> bool {
        block::plausible(self.order, source)
    }

    /// The block at the window's start.
    pub(super) fn next(&mut self, source: &mut Source, facts: &mut FileFacts) -> Found {
        match block::bound(&mut self.order, source) {
            Err(found) => found,
            Ok(Bound::Section(length)) => self.section(within(source, length), facts),
            Ok(Bound::Known(block::OBSOLETE_PACKET, length)) => {
                let packet = Packet::obsolete(within(source, length), self.order);
                self.frame(packet, length, facts)
            }
            Ok(Bound::Known(kind, length)) => self.block(kind, within(source, length), facts),
            Ok(Bound::Other(kind, stated)) => {
                let found = pass_over(source, stated);
                if let (block::NAMES, Found::Other(length @ 12..)) = (kind, &found) {
                    let records = within(source, *length).get(8..length.saturating_sub(4));
                    facts.labels.name(records.unwrap_or_default(), self.order);
                }
                if block::NUMBERED.contains(&kind) && matches!(found, Found::Other(_)) {
                    facts.frames = facts.frames.saturating_add(1);
                }
                found
            }
        }
    }

    fn section(&mut self, block: &[u8], facts: &mut FileFacts) -> Found {
        let version = self.order.u16_at(block, 12).unwrap_or(0);
        if version != 1 {
            return Found::Fault(
                FaultKind::Lost,
                format!("a section of pcapng version {version}, which is not known"),
            );
        }
        self.before = facts.interfaces.len();
        self.interfaces.clear();
        let list = block.get(24..block.len().saturating_sub(4));
        let list = split(list.unwrap_or_default(), self.order);
        comments(&list, &mut facts.labels);
        Found::Other(block.len())
    }

    fn block(&mut self, kind: u32, octets: &[u8], facts: &mut FileFacts) -> Found {
        let parsed = match self.order {
            Order::Little => parse_block_le(octets),
            Order::Big => parse_block_be(octets),
        };
        match parsed {
            Ok((_, Block::EnhancedPacket(block))) => {
                self.frame(Packet::enhanced(&block, self.order), octets.len(), facts)
            }
            Ok((_, Block::SimplePacket(block))) => {
                let snaplen = self
                    .interfaces
                    .first()
                    .map_or(0, |interface| interface.snaplen);
                self.frame(Ok(Packet::simple(&block, snaplen)), octets.len(), facts)
            }
            Ok((_, Block::InterfaceDescription(block))) => {
                comments(&block.options, &mut facts.labels);
                self.interface(Interface::read(&block, self.order), octets.len(), facts)
            }
            Ok((_, Block::InterfaceStatistics(block))) => {
                if let Some(drops) = declared_drops(&block.options, self.order) {
                    self.count_drops(block.if_id, facts, |_| drops);
                }
                Found::Other(octets.len())
            }
            _ if kind == block::INTERFACE => {
                self.interface(Interface::unreadable(), octets.len(), facts);
                Found::Damaged(
                    "an interface description that cannot be read".into(),
                    octets.len(),
                )
            }
            _ if kind == block::STATISTICS => Found::Damaged(
                "an interface statistics block that cannot be read".into(),
                octets.len(),
            ),
            _ => Found::Unreadable(
                "a packet block whose lengths contradict each other".into(),
                octets.len(),
            ),
        }
    }

    fn interface(
        &mut self,
        (interface, described): (Interface, super::InterfaceFacts),
        consumed: usize,
        facts: &mut FileFacts,
    ) -> Found {
        if facts.interfaces.len() >= INTERFACES {
            return Found::Fault(
                FaultKind::Lost,
                format!("more than {INTERFACES} interfaces"),
            );
        }
        self.interfaces.push(interface);
        facts.interfaces.push(described);
        Found::Other(consumed)
    }

    fn frame(
        &self,
        packet: Result<Packet, &'static str>,
        consumed: usize,
        facts: &mut FileFacts,
    ) -> Found {
        let packet = match packet {
            Ok(packet) => packet,
            Err(text) => return Found::Unreadable(text.into(), consumed),
        };
        let index = usize::try_from(packet.interface).unwrap_or(usize::MAX);
        let number = u32::try_from(self.before.saturating_add(index));
        let (Some(interface), Ok(number)) = (self.interfaces.get(index), number) else {
            let text = format!(
                "a packet of interface {}, which the section does not describe",
                packet.interface
            );
            return Found::Unreadable(text, consumed);
        };
        for text in packet.options.comments {
            let frame = facts.frames.saturating_add(1);
            facts.labels.comment(Some(frame), text);
        }
        if let Some(drops) = packet.options.drops {
            self.count_drops(packet.interface, facts, |before| {
                before.saturating_add(drops)
            });
        }
        Found::Frame(Record {
            nanos: packet.ticks.map(|ticks| interface.nanos(ticks)),
            interface: number,
            start: packet.start,
            captured: packet.captured,
            wire_len: packet.wire_len,
            fcs: packet.options.fcs.unwrap_or(interface.fcs),
            direction: packet.options.direction,
            consumed,
        })
    }

    /// Statistics and the counts of single packets tell of the same losses, so the larger number stands.
    fn count_drops(&self, id: u32, facts: &mut FileFacts, count: impl FnOnce(u64) -> u64) {
        let index = usize::try_from(id)
            .ok()
            .filter(|index| *index < self.interfaces.len());
        let place =
            index.and_then(|index| facts.interfaces.get_mut(self.before.saturating_add(index)));
        if let Some(interface) = place {
            let before = interface.drops.unwrap_or(0);
            interface.drops = Some(before.max(count(before)));
        }
    }
}

/// Keeps the comments among the options of a section or an interface.
fn comments(list: &[PcapNGOption<'_>], labels: &mut Labels) {
    for (code, value) in options(list) {
        if code == 1 {
            labels.comment(None, comment_text(value));
        }
    }
}
