//! The segments of each share, gathered into batches: what is replayed together lies together. How they are cut is decided by their order
//! in the file alone.

use super::shard::{News, SHARES};
use crate::flow::{FourTuple, Observation};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// Segments of one share that are handed on together.
const BATCH: usize = 1024;

/// A segment with the connection that it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Routed {
    pub(super) tuple: FourTuple,
    pub(super) digest: u64,
    pub(super) seen: Observation,
}

impl Routed {
    /// Which share it belongs to.
    fn share(&self) -> usize {
        usize::try_from(self.digest >> 60).unwrap_or(0) % SHARES
    }
}

/// Whoever gives the batches to the shares.
pub(super) trait Dealer {
    /// Takes the next batch of a share. What it returns is filled with another one.
    fn deal(&mut self, share: usize, batch: Vec<Routed>) -> Vec<Routed>;

    /// What has become of the connections since the last call, once everything dealt has been replayed.
    fn news(&mut self) -> News;
}

/// The batches that are being gathered.
#[derive(Debug, Default)]
pub(super) struct Hands {
    gathered: [Vec<Routed>; SHARES],
    /// The share whose batch is full.
    full: Option<usize>,
}

impl Hands {
    pub(super) fn take(&mut self, routed: Routed) {
        let share = routed.share();
        if let Some(batch) = self.gathered.get_mut(share) {
            batch.push(routed);
            if batch.len() >= BATCH {
                self.full = Some(share);
            }
        }
    }

    /// Hands a batch on that became full with the last frame.
    pub(super) fn deal_full(&mut self, dealer: &mut impl Dealer) {
        if let Some(share) = self.full.take() {
            self.deal(share, dealer);
        }
    }

    /// Hands everything on.
    pub(super) fn deal_all(&mut self, dealer: &mut impl Dealer) {
        (0..SHARES).for_each(|share| self.deal(share, dealer));
    }

    fn deal(&mut self, share: usize, dealer: &mut impl Dealer) {
        if let Some(batch) = self.gathered.get_mut(share) {
            *batch = dealer.deal(share, std::mem::take(batch));
            batch.clear();
        }
    }
}

/// The segments of a batch by connection. One connection after the other is replayed, because what is known of it is in the
/// processor's cache then; connections know nothing of each other.
#[derive(Default)]
pub(super) struct Sorted {
    /// The digest of a 4-tuple, and its last segment so far. Only looked up, never iterated.
    last: HashTable<(u64, usize)>,
    /// The next segment with the same digest.
    next: Vec<Option<usize>>,
    /// The first of each, in the order of the file.
    first: Vec<usize>,
}

impl Sorted {
    pub(super) fn sort(&mut self, batch: &[Routed]) {
        self.last.clear();
        self.next.clear();
        self.next.resize(batch.len(), None);
        self.first.clear();
        for (at, routed) in batch.iter().enumerate() {
            let digest = routed.digest;
            let same = |known: &(u64, usize)| known.0 == digest;
            match self.last.entry(digest, same, |known| known.0) {
                Entry::Occupied(mut known) => {
                    let before = std::mem::replace(&mut known.get_mut().1, at);
                    if let Some(next) = self.next.get_mut(before) {
                        *next = Some(at);
                    }
                }
                Entry::Vacant(new) => {
                    new.insert((digest, at));
                    self.first.push(at);
                }
            }
        }
    }

    /// The first segment of each group.
    pub(super) fn groups(&self) -> impl Iterator<Item = usize> {
        self.first.iter().copied()
    }

    /// The one after it in its group.
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        self.next.get(at).copied().flatten()
    }
}

#[cfg(test)]
impl Routed {
    /// A segment without anything, of a connection that its port tells from others.
    pub(super) fn on_port(frame: u64, port: u16) -> Self {
        let end = |host, port| std::net::SocketAddr::from(([10, 0, 0, host], port));
        let tuple = FourTuple::of(end(1, port), end(2, 80)).0;
        Self {
            tuple,
            digest: super::slots::digest(&tuple),
            seen: Observation {
                frame,
                time: None,
                side: crate::flow::Side::Low,
                framing: crate::tcp::Framing::default(),
                segment: crate::tcp::Segment::default(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_a_connection_come_together_in_their_order() {
        let batch: Vec<Routed> = [5, 7, 5, 9, 7, 5]
            .into_iter()
            .zip(1..)
            .map(|(port, frame)| Routed::on_port(frame, port))
            .collect();
        let mut sorted = Sorted::default();
        for _ in 0..2 {
            sorted.sort(&batch);
            let groups = sorted.groups().map(|first| {
                let group = std::iter::successors(Some(first), |&at| sorted.next(at));
                group.map(|at| batch[at].seen.frame).collect::<Vec<u64>>()
            });
            let groups: Vec<_> = groups.collect();
            assert_eq!(groups, [vec![1, 3, 6], vec![2, 5], vec![4]]);
        }
    }

    #[derive(Default)]
    struct Heap(Vec<(usize, Vec<u64>)>);

    impl Dealer for Heap {
        fn deal(&mut self, share: usize, batch: Vec<Routed>) -> Vec<Routed> {
            let frames = batch.iter().map(|routed| routed.seen.frame).collect();
            self.0.push((share, frames));
            batch
        }

        fn news(&mut self) -> News {
            News::default()
        }
    }

    #[test]
    fn every_segment_is_dealt_once_and_in_order() {
        let (mut hands, mut heap) = (Hands::default(), Heap::default());
        let all = 1..=100_000_u64;
        for frame in all.clone() {
            let port = u16::try_from(frame % 50_000).unwrap();
            hands.take(Routed::on_port(frame, port));
            hands.deal_full(&mut heap);
        }
        hands.deal_all(&mut heap);
        for share in 0..SHARES {
            let own = heap.0.iter().filter(|(of, _)| *of == share);
            let frames: Vec<u64> = own.flat_map(|(_, frames)| frames.clone()).collect();
            assert!(frames.is_sorted() && frames.len() > 1_000, "{share}");
        }
        let mut frames: Vec<u64> = heap.0.into_iter().flat_map(|(_, frames)| frames).collect();
        frames.sort_unstable();
        assert_eq!(frames, all.collect::<Vec<u64>>());
    }
}
