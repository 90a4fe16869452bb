//! The threads: one reads and decodes, each of the others replays a share of the connections. Batches go to all of
//! them in the order of the file, and which thread has a connection depends on its addresses alone.

use super::intake::{Intake, Routed};
use super::shard::Shard;
use crate::capture::Reader;
use foldhash::fast::FixedState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Batches that may wait for a thread.
const QUEUE: usize = 8;

/// Reads to the end on this thread, and replays on one thread for each of `shards`.
pub(super) fn run(intake: &mut Intake, reader: &mut Reader, shards: &mut [Shard]) {
    let count = shards.len();
    thread::scope(|scope| {
        let mut queues: Vec<SyncSender<Arc<Vec<Routed>>>> = Vec::new();
        for (number, shard) in shards.iter_mut().enumerate() {
            let (queue, batches) = sync_channel(QUEUE);
            scope.spawn(move || work(shard, &batches, (number, count)));
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

fn work(shard: &mut Shard, batches: &Receiver<Arc<Vec<Routed>>>, (number, count): (usize, usize)) {
    let hasher = FixedState::default();
    for batch in batches {
        let own = batch.iter().filter(|routed| {
            let share = hasher.hash_one(routed.tuple) % u64::try_from(count).unwrap_or(1);
            count == 1 || usize::try_from(share) == Ok(number)
        });
        own.for_each(|routed| shard.take(routed));
    }
}
