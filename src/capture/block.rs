//! The frame of every pcapng block: magic, byte order, length. Bounds a block before anything parses it.

use super::LIMIT;
use super::facts::FaultKind;
use super::order::Order;
use super::reader::Found;
use super::source::Source;

pub(super) const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
pub(super) const INTERFACE: u32 = 1;
pub(super) const OBSOLETE_PACKET: u32 = 2;
pub(super) const SIMPLE_PACKET: u32 = 3;
pub(super) const STATISTICS: u32 = 5;
pub(super) const ENHANCED_PACKET: u32 = 6;
/// The blocks that are parsed; a section header is known by its own magic.
pub(super) const READ: [u32; 5] = [
    INTERFACE,
    OBSOLETE_PACKET,
    SIMPLE_PACKET,
    STATISTICS,
    ENHANCED_PACKET,
];
pub(super) const NAMES: u32 = 4;
/// No packets, but Wireshark numbers them among those: log entries of systemd, system calls, custom blocks.
pub(super) const NUMBERED: [u32; 6] = [9, 0x204, 0x216, 0x221, 0xbad, 0x4000_0bad];
/// Room for a block's own fields and options around the longest packet.
pub(super) const BLOCK_LIMIT: usize = LIMIT + 64 * 1024;

/// A block that was bounded.
pub(super) enum Bound {
    /// A section header of that length.
    Section(usize),
    /// A block to be parsed: kind and length.
    Known(u32, usize),
    /// A block that holds nothing for us: kind and length, not yet in the window.
    Other(u32, u32),
}

/// Whether a file begins as pcapng does.
pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(&SECTION)
        && head
            .get(8..)
            .is_none_or(|rest| byte_order(rest).is_some() || rest.len() < 4)
}

/// Bounds the block at the window's start; one that is to be parsed is complete in the window afterwards.
pub(super) fn bound(order: &mut Order, source: &mut Source) -> Result<Bound, Found> {
    let lost = |text: String| Err(Found::Fault(FaultKind::Lost, text));
    if !source.fill(12) {
        let end = source.window().is_empty();
        return Err(if end {
            Found::End
        } else {
            Found::cut("the file ends within a block header")
        });
    }
    let section = source.window().starts_with(&SECTION);
    if section {
        match source.window().get(8..).and_then(byte_order) {
            Some(found) => *order = found,
            None => return lost("a section header without a byte order".into()),
        }
    }
    let kind = order.u32_at(source.window(), 0).unwrap_or(0);
    let stated = order.u32_at(source.window(), 4).unwrap_or(0);
    if stated < 12 || !stated.is_multiple_of(4) {
        return lost(format!(
            "a block of {stated} octets, which no block can have"
        ));
    }
    if !section && !READ.contains(&kind) {
        return if is_assigned(kind) || ends_as_it_begins(*order, source, stated) {
            Ok(Bound::Other(kind, stated))
        } else if source.has_ended() {
            Err(cut_within(source, stated))
        } else {
            lost(format!(
                "no block: a kind of 0x{kind:08x} and {stated} octets"
            ))
        };
    }
    let length = usize::try_from(stated).unwrap_or(usize::MAX);
    if length > BLOCK_LIMIT {
        let text = format!("a block of {stated} octets; no capture has one above {BLOCK_LIMIT}");
        return Err(Found::Fault(FaultKind::TooLong, text));
    }
    if !source.fill(length) {
        return Err(cut_within(source, stated));
    }
    if !ends_as_it_begins(*order, source, stated) && !plausible_at(*order, source, length) {
        return lost(format!(
            "a block of {stated} octets that says otherwise at its end"
        ));
    }
    Ok(if section {
        Bound::Section(length)
    } else {
        Bound::Known(kind, length)
    })
}

/// Whether a block seems to begin at the window's start.
pub(super) fn plausible(order: Order, source: &mut Source) -> bool {
    plausible_at(order, source, 0)
}

/// Whether a block seems to begin that far behind the window's start, or the file to end there.
fn plausible_at(order: Order, source: &mut Source, at: usize) -> bool {
    /// Longer ones are not looked for.
    const LONGEST: usize = 1024 * 1024;
    if !source.fill(at.saturating_add(12)) {
        return at > 0 && source.window().len() == at;
    }
    let block = source.window().get(at..).unwrap_or_default();
    let section = block.starts_with(&SECTION);
    let order = match block.get(8..).and_then(byte_order) {
        Some(found) if section => found,
        None if section => return false,
        _ => order,
    };
    let (Some(kind), Some(stated)) = (order.u32_at(block, 0), order.u32_at(block, 4)) else {
        return false;
    };
    let known = section || READ.contains(&kind) || NUMBERED.contains(&kind) || kind == NAMES;
    let length = usize::try_from(stated).unwrap_or(usize::MAX);
    let sane = stated >= 12 && stated.is_multiple_of(4) && length <= LONGEST;
    let end = at.saturating_add(length);
    known
        && sane
        && source.fill(end)
        && order.u32_at(source.window(), end.saturating_sub(4)) == Some(stated)
}

/// Whether both length fields of the block at the window's start agree.
fn ends_as_it_begins(order: Order, source: &mut Source, stated: u32) -> bool {
    let length = usize::try_from(stated).unwrap_or(usize::MAX);
    length <= BLOCK_LIMIT
        && source.fill(length)
        && order.u32_at(source.window(), length.saturating_sub(4)) == Some(stated)
}

/// Whether a kind that is not read is assigned, or in the range for local use; what damage leaves seldom is.
const fn is_assigned(kind: u32) -> bool {
    matches!(kind, 1..=0x0fff | 0x4000_0bad | 0x8000_0000..)
}

pub(super) fn within(source: &Source, length: usize) -> &[u8] {
    source.window().get(..length).unwrap_or_default()
}

fn cut_within(source: &Source, stated: u32) -> Found {
    let there = source.window().len();
    Found::cut(format!(
        "the file ends {there} octets into a block of {stated}"
    ))
}

/// A block too long to keep is dropped piece by piece.
pub(super) fn pass_over(source: &mut Source, stated: u32) -> Found {
    match usize::try_from(stated) {
        Ok(length) if length <= BLOCK_LIMIT => {
            if source.fill(length) {
                Found::Other(length)
            } else {
                cut_within(source, stated)
            }
        }
        _ if source.skip(u64::from(stated)) => Found::Other(0),
        _ => Found::cut(format!("the file ends within a block of {stated}")),
    }
}

/// Which byte order the magic at the start of `octets` tells.
pub(super) fn byte_order(octets: &[u8]) -> Option<Order> {
    match octets.first_chunk()? {
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(Order::Little),
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(Order::Big),
        _ => None,
    }
}
