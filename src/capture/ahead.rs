//! Reading ahead on a thread of its own, for input that takes work to read: decompression goes on while records are judged.
//!
//! Memory is bounded by a few chunks. Dropping the reader ends the thread at its next chunk.

use std::io::{Error, Read};
use std::sync::mpsc::{Receiver, sync_channel};

/// Octets that are handed over at once.
const CHUNK: usize = 256 * 1024;
/// Chunks that may wait.
const WAITING: usize = 3;

/// The octets of another input, read by another thread.
pub(super) struct Ahead {
    chunks: Receiver<Result<Vec<u8>, Error>>,
    chunk: Vec<u8>,
    read: usize,
}

impl Ahead {
    pub(super) fn of(mut input: Box<dyn Read + Send>) -> Self {
        let (sender, chunks) = sync_channel(WAITING);
        std::thread::spawn(move || {
            loop {
                let mut chunk = Vec::with_capacity(CHUNK);
                let length = u64::try_from(CHUNK).unwrap_or(u64::MAX);
                let outcome = input.by_ref().take(length).read_to_end(&mut chunk);
                // What came before a failure counts.
                let last = outcome.is_err() || chunk.is_empty();
                let sent = chunk.is_empty() || sender.send(Ok(chunk)).is_ok();
                if let Err(error) = outcome {
                    // Nobody may be left to hear it.
                    let _ = sender.send(Err(error));
                }
                if last || !sent {
                    return;
                }
            }
        });
        Self {
            chunks,
            chunk: Vec::new(),
            read: 0,
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        if self.read == self.chunk.len() {
            match self.chunks.recv() {
                Ok(chunk) => (self.chunk, self.read) = (chunk?, 0),
                // The thread has come to the end.
                Err(_) => return Ok(0),
            }
        }
        let mut rest = self.chunk.get(self.read..).unwrap_or_default();
        let octets = rest.read(buffer)?;
        self.read = self.read.saturating_add(octets);
        Ok(octets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives some octets in small pieces, then fails.
    struct Failing(usize);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
            let octets = self.0.min(1_000).min(buffer.len());
            if octets == 0 {
                return Err(Error::other("damaged"));
            }
            self.0 -= octets;
            buffer[..octets].fill(7);
            Ok(octets)
        }
    }

    #[test]
    fn everything_before_a_failure_arrives_and_then_the_failure() {
        let mut ahead = Ahead::of(Box::new(Failing(700_001)));
        let mut octets = Vec::new();
        let error = ahead.read_to_end(&mut octets).unwrap_err();
        assert_eq!(
            (octets.len(), error.to_string()),
            (700_001, "damaged".to_owned())
        );
        assert!(octets.iter().all(|octet| *octet == 7));
    }

    #[test]
    fn the_end_is_the_end() {
        let input: Box<dyn Read + Send> = Box::new(&[1_u8, 2, 3][..]);
        let mut octets = Vec::new();
        Ahead::of(input).read_to_end(&mut octets).unwrap();
        assert_eq!(octets, [1, 2, 3]);
    }
}
