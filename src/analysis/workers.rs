//! The threads: one reads and decodes, the others replay, and so does the first where more waits than they keep up with. The batches of a
//! share are replayed one after the other in the order of the file, and where they are cut depends on the file alone.

use super::hands::{Dealer, Routed};
use super::intake::Intake;
use super::numbers::Numbers;
use super::shard::{News, Shard};
use crate::capture::Reader;
use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Batches that may wait for each thread.
const QUEUE: usize = 3;

/// Reads everything on this thread, and replays on as many others beside it, or on this one alone.
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
    let crew = Crew::of(shards, others);
    thread::scope(|scope| {
        for _ in 0..others {
            scope.spawn(|| crew.work());
        }
        let closing = Closing(&crew);
        let numbers = by_epochs(intake, reader, &mut &crew);
        crew.finish();
        drop(closing);
        numbers
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

/// All threads and what they share.
struct Crew<'a> {
    shards: Vec<Mutex<&'a mut Shard>>,
    board: Mutex<Board>,
    /// Something has come to wait, or has been done.
    changed: Condvar,
    most: usize,
}

/// What is to be done, and what is being done.
#[derive(Default)]
struct Board {
    /// Batches with their shares, in the order of the file.
    waiting: VecDeque<(usize, Vec<Routed>)>,
    /// The shares of which a batch is being replayed.
    at_work: Vec<usize>,
    /// Batches that have been replayed, whose memory is used again.
    emptied: Vec<Vec<Routed>>,
    /// Nothing more will come.
    closed: bool,
}

impl Board {
    /// The first batch of a share that nobody is at.
    fn take(&mut self) -> Option<(usize, Vec<Routed>)> {
        let free = |(share, _): &(usize, Vec<Routed>)| !self.at_work.contains(share);
        let at = self.waiting.iter().position(free)?;
        let batch = self.waiting.remove(at)?;
        self.at_work.push(batch.0);
        Some(batch)
    }
}

/// Takes a share off the board when its batch is done, or its thread has panicked, which the scope of all threads tells.
struct Done<'c, 'a>(&'c Crew<'a>, usize, Vec<Routed>);

impl Drop for Done<'_, '_> {
    fn drop(&mut self) {
        let mut board = self.0.board();
        board.at_work.retain(|share| *share != self.1);
        board.emptied.push(std::mem::take(&mut self.2));
        drop(board);
        self.0.changed.notify_all();
    }
}

/// Lets the threads go, even where the one that reads has panicked.
struct Closing<'c, 'a>(&'c Crew<'a>);

impl Drop for Closing<'_, '_> {
    fn drop(&mut self) {
        self.0.board().closed = true;
        self.0.changed.notify_all();
    }
}

impl<'a> Crew<'a> {
    fn of(shards: &'a mut [Shard], others: usize) -> Self {
        Self {
            shards: shards.iter_mut().map(Mutex::new).collect(),
            board: Mutex::default(),
            changed: Condvar::new(),
            most: QUEUE.saturating_mul(others),
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replays what waits until nothing more will come.
    fn work(&self) {
        self.work_until(|board| board.closed && board.waiting.is_empty());
    }

    /// Replays what waits, and waits for more or for others, until the board looks so.
    fn work_until(&self, enough: impl Fn(&Board) -> bool) {
        let mut board = self.board();
        while !enough(&board) {
            let Some((share, batch)) = board.take() else {
                board = self
                    .changed
                    .wait(board)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(board);
            let done = Done(self, share, batch);
            if let Some(shard) = self.shards.get(share) {
                let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
                shard.take(&done.2);
            }
            drop(done);
            board = self.board();
        }
    }

    /// Helps until everything is done.
    fn finish(&self) {
        self.work_until(|board| board.waiting.is_empty() && board.at_work.is_empty());
    }
}

impl Dealer for &Crew<'_> {
    fn deal(&mut self, share: usize, batch: Vec<Routed>) -> Vec<Routed> {
        let mut board = self.board();
        board.waiting.push_back((share, batch));
        let emptied = board.emptied.pop();
        drop(board);
        self.changed.notify_one();
        self.work_until(|board| board.waiting.len() <= self.most);
        emptied.unwrap_or_default()
    }

    fn news(&mut self) -> News {
        self.finish();
        let shards = self.shards.iter();
        let news = shards.map(|shard| {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.news()
        });
        news.collect()
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
