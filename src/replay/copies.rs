//! Recognises copies of a segment, whoever made them: the network or the capture.

use crate::tcp::{Flags, Segment};

/// A segment remembered to recognise its copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    seq: u32,
    ack: u32,
    flags: Flags,
    text: u32,
    ip_id: Option<u16>,
    tsval: Option<u32>,
    wnd: u16,
}

impl Copy {
    pub(super) fn of(segment: &Segment) -> Self {
        Self {
            seq: segment.seq.0,
            ack: segment.ack.0,
            flags: segment.flags,
            text: segment.text,
            ip_id: segment.marks.ip_id,
            tsval: segment.options.timestamps.map(|ts| ts.val),
            wnd: segment.wnd,
        }
    }

    /// Whether a second segment like this one can only be a copy: a sender gives every segment a new IP-ID or, with octets, a new TSval.
    pub(super) fn is_telling(&self) -> bool {
        self.ip_id.is_some_and(|id| id != 0)
            || self.tsval.is_some()
                && (self.text > 0 || self.flags.any(Flags::SYN.with(Flags::FIN)))
    }
}
