//! The program above a connection: writes, reads, closes and aborts when it likes.

use super::super::path::{MILLI, SECOND};
use super::super::rng::Rng;

/// What the program does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Write(i64),
    Read(i64),
    Close,
    Abort,
    Nothing,
}

/// One program for one connection.
#[derive(Clone, Debug)]
pub struct App {
    pub to_write: i64,
    pub chunk: i64,
    pub pace: u64,
    pub at: Option<u64>,
    pub reads: f64,
    pub closes: f64,
    pub aborts: f64,
    /// Closes only after the peer did.
    pub patient: bool,
    /// Octets read.
    pub read: i64,
    pub peer_scales: bool,
}

impl App {
    pub fn random(rng: &mut Rng, size: i64) -> Self {
        Self {
            to_write: if rng.chance(0.2) { 0 } else { rng.len(1, size) },
            chunk: rng.pick(&[1, 50, 1_000, 5_000, 50_000]).min(1 + size / 8),
            pace: rng.pick(&[MILLI / 10, MILLI, 20 * MILLI, 300 * MILLI]),
            at: None,
            reads: rng.pick(&[0.05, 0.5, 1.0]),
            closes: rng.pick(&[0.02, 0.2, 1.0]),
            aborts: rng.pick(&[0.0, 0.0, 0.0, 0.002, 0.02]),
            patient: rng.chance(0.4),
            read: 0,
            peer_scales: false,
        }
    }

    /// One step; `readable` octets wait, `over` says that the peer has closed and everything of it arrived.
    pub fn step(
        &mut self,
        now: u64,
        (readable, over, closed): (i64, bool, bool),
        rng: &mut Rng,
    ) -> Deed {
        let pause = if rng.chance(0.02) {
            3 * SECOND
        } else {
            self.pace
        };
        self.at = Some(now + 1 + rng.below(pause));
        if rng.chance(self.aborts) {
            return Deed::Abort;
        }
        if readable > 0 && rng.chance(self.reads) {
            return Deed::Read(rng.len(1, readable));
        }
        if self.to_write > 0 && !closed {
            let count = rng.len(1, self.chunk).min(self.to_write);
            self.to_write -= count;
            return Deed::Write(count);
        }
        if !closed && (over || !self.patient) && rng.chance(self.closes) {
            return Deed::Close;
        }
        if closed && readable == 0 && over {
            self.at = None;
        } else if closed || self.to_write == 0 {
            // Nothing to do but to wait for the peer.
            self.at = Some(now + rng.between(1, 400) * MILLI);
        }
        Deed::Nothing
    }
}
