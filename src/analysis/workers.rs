//! The threads: one reads and decodes, each of the others replays a share of the connections. Batches go to all of
//! them in the order of the file, and which thread has a connection depends on its addresses alone.

use super::intake::{Intake, Routed};
use super::shard::{SHARES, Shard};
use crate::capture::Reader;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Batches that may wait for a thread.
const QUEUE: usize = 8;

/// Reads to the end on this thread, and replays on as many others, or on this one where there are none.
pub(super) fn run(intake: &mut Intake, reader: &mut Reader, shards: &mut [Shard], others: usize) {
    if others == 0 {
        intake.read(reader, |batch| {
            for routed in &batch {
                if let Some(shard) = shards.get_mut(share(routed)) {
                    shard.take(routed);
                }
            }
            batch
        });
        return;
    }
    let others = others.min(shards.len());
    let mut hands: Vec<Vec<(usize, &mut Shard)>> = (0..others).map(|_| Vec::new()).collect();
    for (share, shard) in shards.iter_mut().enumerate() {
        if let Some(hand) = hands.get_mut(share % others) {
            hand.push((share, shard));
        }
    }
    thread::scope(|scope| {
        let mut queues: Vec<SyncSender<Arc<Vec<Routed>>>> = Vec::new();
        for hand in hands {
            let (queue, batches) = sync_channel(QUEUE);
            scope.spawn(move || work(hand, &batches));
            queues.push(queue);
        }
        intake.read(reader, |batch| {
            let batch = Arc::new(batch);
            for queue in &queues {
                // A thread that is gone has panicked, and its scope says so.
                let _ = queue.send(Arc::clone(&batch));
            }
            Arc::try_unwrap(batch).unwrap_or_default()
        });
    });
}

fn work(hand: Vec<(usize, &mut Shard)>, batches: &Receiver<Arc<Vec<Routed>>>) {
    let mut shares: [Option<&mut Shard>; SHARES] = [const { None }; SHARES];
    for (share, shard) in hand {
        if let Some(place) = shares.get_mut(share) {
            *place = Some(shard);
        }
    }
    for batch in batches {
        for routed in batch.iter() {
            if let Some(Some(shard)) = shares.get_mut(share(routed)) {
                shard.take(routed);
            }
        }
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

/// Which share a segment belongs to.
fn share(routed: &Routed) -> usize {
    usize::try_from(routed.digest >> 60).unwrap_or(0) % SHARES
}
