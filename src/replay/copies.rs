//! Recognises copies of a segment, whoever made them: the network or the capture.

use crate::tcp::{Flags, Segment};
use crate::time::Timestamp;
use std::collections::VecDeque;

/// What a segment and its copies have in common, digested: numbers, bits, length, window, IP-ID and TSval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub(super) struct Copy(u64);

impl Copy {
    pub(super) fn of(segment: &Segment) -> Self {
        let options = &segment.options;
        let id = segment.marks.ip_id.map_or(0, |id| u64::from(id) | 1 << 16);
        let val = options
            .timestamps
            .map_or(0, |ts| u64::from(ts.val) | 1 << 32);
        let numbers = u64::from(segment.seq.0) << 32 | u64::from(segment.ack.0);
        let header = u64::from(segment.wnd) << 32 | u64::from(segment.text);
        let bits = u64::from(segment.flags.bits()) << 48;
        Self(mix(mix(mix(numbers) ^ header ^ bits) ^ val ^ id << 40))
    }
}

/// Spreads every bit over all others (the finaliser of MurmurHash3).
const fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let bits = (bits ^ (bits >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ (bits >> 33)
}

/// Whether a second segment like this one can only be a copy: a sender gives every segment a new IP-ID or, with octets, a new TSval.
pub(super) fn is_telling(segment: &Segment) -> bool {
    segment.marks.ip_id.is_some_and(|id| id != 0)
        || segment.options.timestamps.is_some()
            && (segment.text > 0 || segment.flags.any(Flags::SYN.with(Flags::FIN)))
}

/// The last segments of one side, oldest first.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Recent {
    copies: VecDeque<Copy>,
    times: VecDeque<Option<Timestamp>>,
}

impl Recent {
    const KEPT: usize = 64;

    /// When the oldest one like this was recorded, if one was.
    pub(super) fn first(&self, copy: Copy) -> Option<Option<Timestamp>> {
        let (old, new) = self.copies.as_slices();
        if !old.contains(&copy) && !new.contains(&copy) {
            return None;
        }
        let at = self.copies.iter().position(|known| *known == copy)?;
        self.times.get(at).copied()
    }

    pub(super) fn push(&mut self, copy: Copy, time: Option<Timestamp>) {
        if self.copies.len() == Self::KEPT {
            self.copies.pop_front();
            self.times.pop_front();
        }
        self.copies.push_back(copy);
        self.times.push_back(time);
    }
}
