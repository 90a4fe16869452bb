//! pcapng: sections of either byte order, interfaces with their own link types and clocks, packets in three kinds of block.
//!
//! Every block is bounded by its own length and complete in the buffer before pcap-parser sees it; blocks that hold
//! nothing for us are passed over unread, however long they are.

use super::LIMIT;
use super::facts::{FaultKind, FileFacts};
use super::interface::{Interface, declared_drops};
use super::order::Order;
use super::packet::Packet;
use super::reader::{Found, Record};
use super::source::Source;
use pcap_parser::{Block, parse_block_be, parse_block_le};

const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
/// A log entry of systemd: no packet, but Wireshark numbers it among them.
const JOURNAL: u32 = 9;
/// Room for a block's own fields and options around the longest packet.
const BLOCK_LIMIT: usize = LIMIT + 64 * 1024;
/// More interfaces than any machine has.
const INTERFACES: usize = 1 << 16;

/// A pcapng file: the section that is being read.
pub(super) struct PcapNg {
    order: Order,
    /// Interfaces of the sections before.
    before: usize,
    interfaces: Vec<Interface>,
}

/// Whether a file begins as pcapng does.
pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(&SECTION)
        && head
            .get(8..)
            .is_none_or(|rest| byte_order(rest).is_some() || rest.len() < 4)
}

impl PcapNg {
    /// Accepts an input that begins with a whole section header, and leaves that to be read as any block.
    pub(super) fn open(source: &mut Source) -> Option<Self> {
        let order = source
            .window()
            .strip_prefix(&SECTION)
            .and_then(|rest| byte_order(rest.get(4..)?))?;
        let length = usize::try_from(order.u32_at(source.window(), 4)?).ok()?;
        let whole = (28..=BLOCK_LIMIT).contains(&length) && source.fill(length);
        whole.then(|| Self {
            order,
            before: 0,
            interfaces: Vec::new(),
        })
    }

    /// The block at the window's start.
    pub(super) fn next(&mut self, source: &mut Source, facts: &mut FileFacts) -> Found {
        if !source.fill(12) {
            return if source.window().is_empty() {
                Found::End
            } else {
                Found::cut("the file ends within a block header")
            };
        }
        let section = source.window().starts_with(&SECTION);
        if section {
            match source.window().get(8..).and_then(byte_order) {
                Some(order) => self.order = order,
                None => {
                    return Found::Fault(
                        FaultKind::Lost,
                        "a section header without a byte order".into(),
                    );
                }
            }
        }
        let kind = self.order.u32_at(source.window(), 0).unwrap_or(0);
        let stated = self.order.u32_at(source.window(), 4).unwrap_or(0);
        if stated < 12 || !stated.is_multiple_of(4) {
            return Found::Fault(
                FaultKind::Lost,
                format!("a block of {stated} octets, which no block can have"),
            );
        }
        let length = usize::try_from(stated).unwrap_or(usize::MAX);
        if !section
            && !matches!(
                kind,
                INTERFACE | OBSOLETE_PACKET | SIMPLE_PACKET | STATISTICS | ENHANCED_PACKET
            )
        {
            facts.frames = facts.frames.saturating_add(u64::from(kind == JOURNAL));
            return pass_over(source, stated);
        }
        if length > BLOCK_LIMIT {
            return Found::Fault(
                FaultKind::TooLong,
                format!("a block of {stated} octets; no capture has one above {BLOCK_LIMIT}"),
            );
        }
        if !source.fill(length) {
            return Found::cut(format!(
                "the file ends {} octets into a block of {stated}",
                source.window().len()
            ));
        }
        let block = source.window().get(..length).unwrap_or_default();
        if section {
            return self.section(block, facts);
        }
        match kind {
            OBSOLETE_PACKET => self.frame(Packet::obsolete(block, self.order), length, facts),
            _ => self.block(kind, block, facts),
        }
    }

    fn section(&mut self, block: &[u8], facts: &FileFacts) -> Found {
        let version = self.order.u16_at(block, 12).unwrap_or(0);
        if version != 1 {
            return Found::Fault(
                FaultKind::Lost,
                format!("a section of pcapng version {version}, which is not known"),
            );
        }
        self.before = facts.interfaces.len();
        self.interfaces.clear();
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
                self.interface(Interface::read(&block, self.order), octets.len(), facts)
            }
            Ok((_, Block::InterfaceStatistics(block))) => {
                if let Some(drops) = declared_drops(&block.options, self.order) {
                    self.count_drops(block.if_id, facts, |_| drops);
                }
                Found::Other(octets.len())
            }
            _ if kind == INTERFACE => {
                self.interface(Interface::unreadable(), octets.len(), facts);
                Found::Damaged(
                    "an interface description that cannot be read".into(),
                    octets.len(),
                )
            }
            _ if kind == STATISTICS => Found::Damaged(
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

fn pass_over(source: &mut Source, stated: u32) -> Found {
    let length = usize::try_from(stated).unwrap_or(usize::MAX);
    if length <= BLOCK_LIMIT {
        return if source.fill(length) {
            Found::Other(length)
        } else {
            Found::cut(format!(
                "the file ends {} octets into a block of {stated}",
                source.window().len()
            ))
        };
    }
    if source.skip(u64::from(stated)) {
        Found::Other(0)
    } else {
        Found::cut(format!("the file ends within a block of {stated}"))
    }
}

/// Which byte order the magic at the start of `octets` tells.
fn byte_order(octets: &[u8]) -> Option<Order> {
    match octets.first_chunk()? {
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(Order::Little),
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(Order::Big),
        _ => None,
    }
}
