//! One datagram whose fragments are not all there: what they state, whether they agree, whether they are complete. How
//! many wait, and how long, is the business of `defrag`.

use super::Undecoded;
use super::defrag::LONGEST;
use super::ip::Datagram;
use super::tunnel::{self, UDP};
use crate::tcp::Marks;
use crate::time::Timestamp;

/// What a piece takes beside its octets.
const OVERHEAD: usize = 64;
/// Pieces of one datagram: more than 65 535 octets make at the smallest MTU.
const PIECES: usize = 2048;

/// A fragment in short, to know its repetition by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Print {
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) sum: u16,
}

#[derive(Debug)]
pub(super) struct Piece {
    pub(super) print: Print,
    pub(super) octets: Vec<u8>,
    pub(super) frame: u64,
}

impl Piece {
    fn end(&self) -> usize {
        self.print.start.saturating_add(self.print.length)
    }

    /// Whether two pieces state different octets for one place.
    fn contradicts(&self, other: &Self) -> bool {
        let start = self.print.start.max(other.print.start);
        let known = |piece: &Self| piece.print.start.saturating_add(piece.octets.len());
        let end = known(self).min(known(other));
        let part = |piece: &Self| -> Option<Vec<u8>> {
            let from = start.checked_sub(piece.print.start)?;
            let to = end.checked_sub(piece.print.start)?;
            piece.octets.get(from..to).map(<[u8]>::to_vec)
        };
        start < end && part(self) != part(other)
    }
}

/// What the first fragment says of the datagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) protocol: u8,
    pub(super) marks: Marks,
    pub(super) final_destination: bool,
}

#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) since: Option<Timestamp>,
    pub(super) protocol: u8,
    pub(super) pieces: Vec<Piece>,
    pub(super) octets: usize,
    /// Where the last fragment ends, and its frame.
    pub(super) last: Option<(usize, u64)>,
    pub(super) head: Option<Head>,
    pub(super) frames: u64,
    /// Those of them that repeat a fragment of a datagram which is complete.
    pub(super) repeated: u64,
    pub(super) spoiled: bool,
}

impl Waiting {
    /// Takes a fragment; gives the frame of one that it disagrees with.
    pub(super) fn receive(
        &mut self,
        datagram: &Datagram<'_>,
        piece: Piece,
        more: bool,
    ) -> Option<u64> {
        self.frames = self.frames.saturating_add(1);
        if piece.print.start == 0 {
            self.protocol = datagram.protocol;
            self.head.get_or_insert(Head {
                protocol: datagram.protocol,
                marks: datagram.marks,
                final_destination: datagram.final_destination,
            });
        }
        let other = self.disagreeing(&piece, more);
        let first = other.filter(|_| !self.spoiled);
        self.spoiled = self.spoiled || other.is_some() || self.pieces.len() >= PIECES;
        if !more {
            self.last.get_or_insert((piece.end(), piece.frame));
        }
        if !self.spoiled && !self.pieces.iter().any(|other| other.print == piece.print) {
            let at = self
                .pieces
                .partition_point(|other| other.print.start <= piece.print.start);
            let size = piece.octets.len().saturating_add(OVERHEAD);
            self.octets = self.octets.saturating_add(size);
            self.pieces.insert(at, piece);
        }
        first
    }

    /// The frame of a fragment that cannot belong with `piece`.
    fn disagreeing(&self, piece: &Piece, more: bool) -> Option<u64> {
        let end = piece.end();
        let ends = self
            .last
            .filter(|(last, _)| end > *last || !more && end != *last);
        let beyond = || self.pieces.iter().find(|other| !more && other.end() > end);
        let overlap = || self.pieces.iter().find(|other| other.contradicts(piece));
        ends.map(|(_, frame)| frame)
            .or_else(|| beyond().or_else(overlap).map(|other| other.frame))
    }

    /// The length of the datagram, once no place in it is uncovered.
    pub(super) fn complete(&self) -> Option<usize> {
        let (total, _) = self.last.filter(|_| !self.spoiled)?;
        let covered = self.pieces.iter().try_fold(0, |covered: usize, piece| {
            (piece.print.start <= covered).then(|| covered.max(piece.end()))
        });
        covered.filter(|covered| *covered >= total).map(|_| total)
    }

    /// The octets from the start to the first that no record holds.
    pub(super) fn assemble(&self, total: usize) -> Vec<u8> {
        let mut whole = Vec::with_capacity(total.min(LONGEST));
        for piece in &self.pieces {
            let Some(known) = whole.len().checked_sub(piece.print.start) else {
                break;
            };
            whole.extend_from_slice(piece.octets.get(known..).unwrap_or_default());
        }
        whole
    }

    /// Why the frames of a datagram that is given up count, those that repeat nothing.
    pub(super) fn reason(&self) -> Undecoded {
        let first = self.pieces.first().filter(|piece| piece.print.start == 0);
        match self.protocol {
            _ if self.spoiled => Undecoded::Overlap,
            // Of a fragment without ports nothing says that it is a tunnel.
            UDP if !first.is_some_and(|piece| tunnel::has_tunnel_port(&piece.octets)) => {
                Undecoded::Protocol(UDP)
            }
            _ => Undecoded::Fragment,
        }
    }
}
