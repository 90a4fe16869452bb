//! The threads: one reads and decodes, each of the others replays the shares that are its own. The batches of a share come in the
//! order of the file, and where they are cut depends on the file alone.

use super::hands::{Dealer, Routed};
use super::intake::Intake;
use super::numbers::Numbers;
use super::shard::{News, Shard};
use crate::capture::Reader;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Batches that may wait for a thread.
const QUEUE: usize = 4;

/// Reads everything on this thread, and replays on as many others, or on this one where there are none.
pub(super) fn run(
    intake: &mut Intake,
    reader: &mut Reader,
    shards: &mut [Shard],
    others: usize,
) -> Numbers {
    if others == 0 {
        return by_epochs(intake, reader, &mut Alone(shards));
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
        let hired = own.into_iter().map(|own| {
            let (queue, orders) = sync_channel(QUEUE);
            let (tell, told) = channel();
            let give_back = give_back.clone();
            scope.spawn(move || work(own, others, &orders, &give_back, &tell));
            Worker { queue, told }
        });
        let mut among = Among {
            workers: hired.collect(),
            emptied,
        };
        by_epochs(intake, reader, &mut among)
    })
}

/// Reads epoch after epoch, and numbers the connections after each.
fn by_epochs(intake: &mut Intake, reader: &mut Reader, dealer: &mut impl Dealer) -> Numbers {
    let mut numbers = Numbers::default();
    while intake.read(reader, dealer) {
        let News { begun, counted } = dealer.news();
        numbers.close(begun, counted);
    }
    numbers
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

    fn news(&mut self) -> News {
        self.0.iter_mut().map(Shard::news).collect()
    }
}

/// What a thread is asked to do.
enum Order {
    /// Replay a batch of a share.
    Replay(usize, Vec<Routed>),
    /// Tell what is new.
    Tell,
}

struct Worker {
    queue: SyncSender<Order>,
    told: Receiver<News>,
}

/// Hands the batches of each share to the thread that it belongs to.
struct Among {
    workers: Vec<Worker>,
    /// Batches that have been replayed, whose memory is used again.
    emptied: Receiver<Vec<Routed>>,
}

// A thread that is gone has panicked, and its scope says so.
impl Dealer for Among {
    fn deal(&mut self, share: usize, batch: Vec<Routed>) -> Vec<Routed> {
        if let Some(worker) = self.workers.get(share % self.workers.len().max(1)) {
            let _ = worker.queue.send(Order::Replay(share, batch));
        }
        self.emptied.try_recv().unwrap_or_default()
    }

    fn news(&mut self) -> News {
        for worker in &self.workers {
            let _ = worker.queue.send(Order::Tell);
        }
        let told = self
            .workers
            .iter()
            .filter_map(|worker| worker.told.recv().ok());
        told.collect()
    }
}

fn work(
    mut own: Vec<&mut Shard>,
    others: usize,
    orders: &Receiver<Order>,
    give_back: &Sender<Vec<Routed>>,
    tell: &Sender<News>,
) {
    for order in orders {
        // Nobody waits for an answer any more once everything has been read.
        match order {
            Order::Replay(share, batch) => {
                if let Some(shard) = own.get_mut(share / others) {
                    shard.take(&batch);
                }
                let _ = give_back.send(batch);
            }
            Order::Tell => {
                let _ = tell.send(own.iter_mut().map(|shard| shard.news()).collect());
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
