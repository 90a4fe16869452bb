//! The VLAN tags of a frame, for filters. Decoding passes over them elsewhere.

use super::octets::be16;
use crate::capture::Frame;

/// The numbers of the VLANs that a frame is tagged with, the outermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    numbers: [u16; Self::MOST],
    count: usize,
}

impl Tags {
    const MOST: usize = 8;

    /// Those of a frame of Ethernet or of a Linux cooked capture; other links have none.
    pub fn of(frame: &Frame<'_>) -> Self {
        let mut tags = Self::default();
        let (mut kind, mut at) = match frame.link_type.0 {
            1 => (12, 14),
            113 => (14, 16),
            276 => (0, 20),
            _ => return tags,
        };
        while let Some(0x8100 | 0x88a8 | 0x9100) = be16(frame.octets, kind) {
            let (Some(tag), Some(place)) =
                (be16(frame.octets, at), tags.numbers.get_mut(tags.count))
            else {
                break;
            };
            *place = tag & 0x0fff;
            tags.count += 1;
            (kind, at) = (at + 2, at + 4);
        }
        tags
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The number at a depth.
    pub fn get(&self, depth: usize) -> Option<u16> {
        let numbers = self.numbers.get(..self.count)?;
        numbers.get(depth).copied()
    }
}
