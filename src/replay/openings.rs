//! The initial sequence numbers that each host chose over all its connections (RFC 9293 section 3.4.1, RFC 6528). The only knowledge
//! that goes beyond one 4-tuple: numbers that follow each other by one step were not drawn.

use super::Replay;
use crate::flow::{Endpoint, Side};
use crate::tcp::{Seq, SeqNum};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// One connection that a host opened or answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Opening {
    pub(super) frame: u64,
    pub(super) ends: (SocketAddr, SocketAddr),
    pub(super) number: u32,
}

/// What is predictable about a host's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Series {
    /// The frame that makes it more than chance.
    pub(super) frame: u64,
    /// The frames of the series up to there.
    pub(super) frames: Vec<u64>,
    /// From one number to the next.
    pub(super) step: u32,
    /// How many connections follow the step in all.
    pub(super) length: usize,
}

/// The first connections of each host. Merging is associative and commutative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings(BTreeMap<IpAddr, Vec<Opening>>);

impl Openings {
    /// How many connections of a host are kept: the earliest.
    const KEPT: usize = 32;
    /// How many numbers make a series: three equal steps come by chance once in 2^64.
    const SERIES: usize = 4;

    /// Both together.
    #[must_use]
    pub(super) fn merge(mut self, other: Self) -> Self {
        for (host, openings) in other.0 {
            for opening in openings {
                self.add(host, opening);
            }
        }
        self
    }

    pub(super) fn add(&mut self, host: IpAddr, opening: Opening) {
        let openings = self.0.entry(host).or_default();
        let at = openings.partition_point(|known| *known < opening);
        openings.insert(at, opening);
        openings.truncate(Self::KEPT);
    }

    /// The first series of a host, if it is the SYN of this frame that makes it one.
    pub(super) fn series(&self, host: IpAddr, frame: u64) -> Option<Series> {
        let kept = self.0.get(&host)?;
        // Nearly every connection is none of the few that are kept.
        let known = kept.iter().any(|opening| opening.frame == frame);
        let series = if known {
            Self::first_series(kept)
        } else {
            None
        };
        series.filter(|series| series.frame == frame)
    }

    fn first_series(kept: &[Opening]) -> Option<Series> {
        let mut openings = kept.to_vec();
        // One 4-tuple may count up: the secret part of its numbers is the same each time (RFC 6528 section 3).
        let mut known = std::collections::BTreeSet::new();
        openings.retain(|opening| known.insert(opening.ends));
        let steps: Vec<u32> = openings
            .windows(2)
            .filter_map(|pair| match pair {
                [one, next] => Some(next.number.wrapping_sub(one.number)),
                _ => None,
            })
            .collect();
        let first = steps
            .windows(Self::SERIES - 1)
            .position(|run| run.iter().all(|step| Some(step) == run.first()))?;
        let rest = steps.get(first..)?;
        let step = *rest.first()?;
        let length = rest.iter().take_while(|next| **next == step).count() + 1;
        let frames: Vec<u64> = openings
            .iter()
            .skip(first)
            .take(Self::SERIES)
            .map(|opening| opening.frame)
            .collect();
        Some(Series {
            frame: *frames.last()?,
            frames,
            step,
            length,
        })
    }
}

impl Replay {
    /// The hosts that chose a number here which counts for their series.
    pub fn opened(&self) -> Vec<IpAddr> {
        let mut openings = Openings::default();
        self.contribute_openings(&mut openings);
        openings.0.into_keys().collect()
    }

    /// Adds the numbers that both hosts chose, where the peer's acknowledgment shows that the connection was meant.
    pub(super) fn contribute_openings(&self, openings: &mut Openings) {
        if self.tuple().is_self_connection() {
            return;
        }
        for incarnation in &self.connection.incarnations {
            for side in Side::BOTH {
                let (own, peer) = incarnation.view(side);
                if let Some((frame, SeqNum(number))) = opening(own, peer) {
                    let ends = (
                        self.tuple().address(side),
                        self.tuple().address(side.other()),
                    );
                    let opening = Opening {
                        frame,
                        ends,
                        number,
                    };
                    openings.add(ends.0.ip(), opening);
                }
            }
        }
    }
}

/// Frame and number of an endpoint's SYN, if the peer acknowledged it and it acknowledged the peer's.
fn opening(own: &Endpoint, peer: &Endpoint) -> Option<(u64, SeqNum)> {
    let answered = peer.ack_max.is_some_and(|ack| ack >= Seq::FIRST) && own.ack_max.is_some();
    let syn = own.syn.as_ref().filter(|_| answered)?;
    Some((syn.frame, own.anchor?.iss()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[u32]) -> Openings {
        let mut openings = Openings::default();
        for (at, &number) in (1_u16..).zip(numbers) {
            let ends = (
                SocketAddr::from(([10, 0, 0, 1], 40_000 + at)),
                SocketAddr::from(([10, 0, 0, 2], 80)),
            );
            let opening = Opening {
                frame: u64::from(at) * 10,
                ends,
                number,
            };
            openings.add(ends.0.ip(), opening);
        }
        openings
    }

    #[test]
    fn equal_steps_are_a_series_and_drawn_numbers_are_none() {
        let host = IpAddr::from([10, 0, 0, 1]);
        let series = of(&[77, 5, 64_005, 128_005, 192_005, 256_005, 9]).series(host, 50);
        let series = series.expect("five numbers with one step");
        assert_eq!((series.frame, series.step, series.length), (50, 64_000, 5));
        assert_eq!(series.frames, [20, 30, 40, 50]);
        assert!(of(&[u32::MAX, 0, 1, 2]).series(host, 40).is_some());
        assert!(of(&[9, 9, 9, 9]).series(host, 40).is_some());
        assert!(of(&[9, 9, 9]).series(host, 30).is_none());
        assert!(of(&[9, 9, 9, 9]).series(host, 30).is_none());
        assert!(
            of(&[1, 4_000, 99, 7, 3_000_000_000])
                .series(host, 40)
                .is_none()
        );
    }

    #[test]
    fn the_order_of_parts_does_not_matter() {
        let (a, b) = (of(&[1, 2, 3]), of(&[4, 5, 6, 7]));
        assert_eq!(a.clone().merge(b.clone()), b.merge(a));
    }
}
