//! What is kept of the two addresses of a 4-tuple, whatever connection their segments belong to.

use super::tap::Tally;
use crate::flow::{Observation, Side, TtlTrail};
use crate::tcp::SeqNum;
use crate::time::Timestamp;

/// The last segment, of either side.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub(super) struct Last {
    pub(super) side: Side,
    pub(super) frame: u64,
    pub(super) time: Option<Timestamp>,
    pub(super) rst: bool,
}

/// What is kept of an address over all incarnations.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Sender {
    pub(super) tally: Tally,
    pub(super) ttls: TtlTrail,
    pub(super) good: u64,
    pub(super) last_id: Option<u16>,
    pub(super) stamped: bool,
    pub(super) odd_acks: Vec<SeqNum>,
    /// The peer sent something other than a RST since this side's last segment: it may be owed an answer.
    pub(super) owes: bool,
    /// When it last sent anything but a RST.
    pub(super) spoke: Option<Timestamp>,
    /// Wrong checksums were taken for offload, and then right ones came: something of it may have been corrupted.
    pub(super) doubtful: bool,
    pub(super) unverified: bool,
}

impl Last {
    pub(super) const fn of(seen: &Observation) -> Self {
        Self {
            side: seen.side,
            frame: seen.frame,
            time: seen.time,
            rst: seen.segment.rst(),
        }
    }
}

impl Sender {
    /// Its segment may be the answer to all that its peer has said.
    pub(super) fn answers(&mut self, seen: &Observation) {
        self.owes = false;
        let speaks = seen.time.filter(|_| !seen.segment.rst());
        self.spoke = speaks.or(self.spoke);
    }
}
