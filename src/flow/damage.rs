//! Octets that a wrong checksum came with: nobody who verifies it has them from there.

use crate::tcp::{Local, Ranges, Sent, Seq};

/// How many segments are kept.
const KEPT: usize = 16;
/// How far from the stream a number may lie that was not damaged itself.
const NEAR: i64 = 1 << 20;

/// Segments with wrong checksums from a sender of right ones.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Damage {
    pieces: Vec<Piece>,
    /// Whether one of them is larger than a segment may be: a card has merged it of several, and the sum is that of none.
    merged: bool,
    count: u64,
}

#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
struct Piece {
    left: Seq<Local>,
    right: Seq<Local>,
    frame: u64,
}

impl Damage {
    /// Takes in a damaged segment of a sender that stands at `end` and may send segments of `mss` octets.
    pub fn note(&mut self, sent: &Sent<'_>, end: Seq<Local>, mss: u16, frame: u64) {
        let segment = sent.segment;
        self.count += 1;
        self.merged |= segment.text > u32::from(mss);
        let near = (sent.seq - end).abs() < NEAR;
        if !near || segment.text == 0 || segment.syn() || segment.rst() {
            return;
        }
        if self.pieces.len() == KEPT {
            self.pieces.remove(0);
        }
        self.pieces.push(Piece {
            left: sent.seq,
            right: sent.end(),
            frame,
        });
    }

    /// Whether few segments were damaged, beside so many whole ones: what is wrong often is somebody's way of doing it, not damage.
    pub(super) const fn is_rare(&self, whole: u64) -> bool {
        self.count.saturating_mul(4) <= whole
    }

    /// The frames before `frame` that brought what `octets` lacks of `left..right`, if damaged segments brought all of it.
    pub(super) fn brought(
        &self,
        octets: &Ranges<Local>,
        (left, right): (Seq<Local>, Seq<Local>),
        frame: u64,
    ) -> Option<Vec<u64>> {
        let mut at = left;
        let mut frames = Vec::new();
        while at < right {
            let whole = octets.prefix_end(at);
            let piece = || {
                let earlier = self.pieces.iter().filter(|piece| piece.frame < frame);
                let mut those = earlier.filter(|piece| (piece.left..piece.right).contains(&at));
                those.next()
            };
            if whole > at {
                at = whole;
            } else {
                let piece = piece()?;
                frames.push(piece.frame);
                at = piece.right;
            }
        }
        (!frames.is_empty() && !self.merged).then_some(frames)
    }

    /// Renumbers the octets.
    pub(super) fn shift(&mut self, by: i64) {
        for piece in &mut self.pieces {
            (piece.left, piece.right) = (piece.left + by, piece.right + by);
        }
    }
}
