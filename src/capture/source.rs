//! One refill buffer over any input: fills until enough octets are there, remembers where in the file they came from.
//!
//! Knows nothing of formats. It grows only with octets that really arrived, never because a length field asks for it.

use super::ahead::Ahead;
use super::compressed;
use std::io::{Cursor, ErrorKind, Read};

/// What the buffer starts with.
const START: usize = 256 * 1024;

/// An input with a window of unread octets.
pub(super) struct Source {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
    failure: Option<std::io::Error>,
    compressed: bool,
}

impl Source {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        Self {
            input,
            buffer: vec![0; START],
            start: 0,
            end: 0,
            offset: 0,
            ended: false,
            failure: None,
            compressed: false,
        }
    }

    /// An input that is decompressed on the way, if it needs to be.
    pub(super) fn decompressing(input: Box<dyn Read + Send>) -> Self {
        let mut raw = Self::new(input);
        raw.fill(compressed::MAGIC);
        let head = raw.window().to_vec();
        if raw.failure.is_some() {
            return raw;
        }
        match compressed::decompressed(&head, Box::new(Cursor::new(head.clone()).chain(raw.input)))
        {
            Ok(input) => Self {
                compressed: true,
                ..Self::new(Box::new(Ahead::of(input)))
            },
            Err(input) => Self::new(input),
        }
    }

    /// Whether the octets come out of a decompressor.
    pub(super) const fn is_compressed(&self) -> bool {
        self.compressed
    }

    /// The octets that are there.
    pub(super) fn window(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// File offset of the window's first octet.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads until the window holds `wanted` octets; false when the input ends (or fails) before.
    pub(super) fn fill(&mut self, wanted: usize) -> bool {
        while self.end.saturating_sub(self.start) < wanted {
            if self.ended {
                return false;
            }
            self.make_room();
            self.read_once();
        }
        true
    }

    /// Whether nothing follows the window.
    pub(super) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Drops `octets` of the window.
    pub(super) fn consume(&mut self, octets: usize) {
        let octets = octets.min(self.window().len());
        self.start = self.start.saturating_add(octets);
        self.offset = self
            .offset
            .saturating_add(u64::try_from(octets).unwrap_or(u64::MAX));
    }

    /// Drops `octets` of the input, in the window or not; false when the input ends before.
    pub(super) fn skip(&mut self, octets: u64) -> bool {
        let mut left = octets;
        while left > 0 {
            if !self.fill(1) {
                return false;
            }
            let here = usize::try_from(left)
                .unwrap_or(usize::MAX)
                .min(self.window().len());
            self.consume(here);
            left = left.saturating_sub(u64::try_from(here).unwrap_or(u64::MAX));
        }
        true
    }

    /// Why reading ended, where it was not the end of the input.
    pub(super) const fn failure(&self) -> Option<&std::io::Error> {
        self.failure.as_ref()
    }

    pub(super) fn take_failure(&mut self) -> Option<std::io::Error> {
        self.failure.take()
    }

    fn make_room(&mut self) {
        if self.end < self.buffer.len() {
            return;
        }
        // Moving little room for much content again and again would take a square of time.
        if self.start > self.buffer.len() / 2 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end = self.end.saturating_sub(self.start);
            self.start = 0;
        } else {
            self.buffer.resize(self.buffer.len().saturating_mul(2), 0);
        }
    }

    fn read_once(&mut self) {
        let Some(room) = self.buffer.get_mut(self.end..) else {
            return;
        };
        match self.input.read(room) {
            Ok(0) => self.ended = true,
            Ok(octets) => self.end = self.end.saturating_add(octets).min(self.buffer.len()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                self.ended = true;
                self.failure = Some(error);
            }
        }
    }
}
