//! The threads: one reads and decodes, each of the others replays the shares that are its own. The batches of a share come in the
//! order of the file, and where they are cut depends on the file alone.

use super::hands::{Dealer, Routed};
use super::intake::Intake;
use super::shard::Shard;
use crate::capture::Reader;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Batches that may wait for a thread.
const QUEUE: usize = 4;

/// Reads an epoch on this thread, and replays on as many others, or on this one where there are none. Whether there is more.
pub(super) fn run(
    intake: &mut Intake,
    reader: &mut Reader,
    shards: &mut [Shard],
    others: usize,
) -> bool {
    if others == 0 {
        return intake.read(reader, &mut Alone(shards));
    }
    let others = others.min(shards.len());
    let mut own: Vec<Vec<&mut Shard>> = (0..others).map(|_| Vec::new()).collect();
    for (share, shard) in shards.iter_mut().enumerate() {
        if let Some(own) = own.get_mut(share % others) {
            own.push(shard);
        }
    }
    thread::scope(|scope| {
        let (give_back, emptied) = channel();
        let queues = own.into_iter().map(|own| {
            let (queue, batches) = sync_channel(QUEUE);
            let give_back = give_back.clone();
            scope.spawn(move || work(own, others, &batches, &give_back));
            queue
        });
        let mut among = Among {
            queues: queues.collect(),
            emptied,
        };
        intake.read(reader, &mut among)
    })
}

/// Replays on the thread that reads.
struct Alone<'a>(&'a mut [Shard]);

impl Dealer for Alone<'_> {
    fn deal(&mut self, share: usize, batch: Vec<Routed>) -> Vec<Routed> {
        if let Some(shard) = self.0.get_mut(share) {
            shard.take(&batch);
        }
        batch
    }
}

/// Hands the batches of each share to the thread that it belongs to.
struct Among {
    queues: Vec<SyncSender<(usize, Vec<Routed>)>>,
    /// Batches that have been replayed, whose memory is used again.
    emptied: Receiver<Vec<Routed>>,
}

impl Dealer for Among {
    fn deal(&mut self, share: usize, batch: Vec<Routed>) -> Vec<Routed> {
        if let Some(queue) = self.queues.get(share % self.queues.len().max(1)) {
            // A thread that is gone has panicked, and its scope says so.
            let _ = queue.send((share, batch));
        }
        self.emptied.try_recv().unwrap_or_default()
    }
}

fn work(
    mut own: Vec<&mut Shard>,
    others: usize,
    batches: &Receiver<(usize, Vec<Routed>)>,
    give_back: &Sender<Vec<Routed>>,
) {
    for (share, batch) in batches {
        if let Some(shard) = own.get_mut(share / others) {
            shard.take(&batch);
        }
        // Nobody waits for it any more once everything has been read.
        let _ = give_back.send(batch);
    }
}

/// What `work` makes of each, in their order, on so many threads.
pub(super) fn each<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    if threads < 2 {
        return items.into_iter().map(work).collect();
    }
    let most = items.len().div_ceil(threads);
    let mut hands: Vec<Vec<T>> = Vec::new();
    for item in items {
        match hands.last_mut().filter(|hand| hand.len() < most) {
            Some(hand) => hand.push(item),
            None => hands.push(vec![item]),
        }
    }
    let work = &work;
    thread::scope(|scope| {
        let hands: Vec<_> = hands
            .into_iter()
            .map(|hand| scope.spawn(move || hand.into_iter().map(work).collect::<Vec<R>>()))
            .collect();
        let done = hands.into_iter().map(|hand| hand.join());
        done.flat_map(|done| done.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}
