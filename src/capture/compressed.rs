//! Compressed inputs, known by content and decompressed as they are read: gzip (RFC 1952) with any number of members,
//! zstd (RFC 8878) with any number of frames. No other compression, and no archives.
//!
//! Nothing is kept but what the formats need to go on (a window of at most 128 MiB for zstd), so a small input that
//! stands for a huge one costs time and no memory.

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{BufRead, BufReader, Error, Read, Result, copy, sink};

/// Octets that tell what an input is.
pub(super) const MAGIC: usize = 4;

/// The decompressed octets of `input`, of which the first few are `head` and were taken from it; `None`, and the input
/// as it was, where it is not compressed.
pub(super) fn decompressed(
    head: &[u8],
    input: Box<dyn Read + Send>,
) -> std::result::Result<Box<dyn Read + Send>, Box<dyn Read + Send>> {
    match head {
        [0x1f, 0x8b, 8, ..] => Ok(Box::new(MultiGzDecoder::new(BufReader::new(input)))),
        // A frame, or one to be skipped, which some writers put first.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Ok(Box::new(Zstd::new(BufReader::new(input))))
        }
        _ => Err(input),
    }
}

/// All frames of a zstd stream, one after the other.
struct Zstd<R> {
    input: R,
    decoder: FrameDecoder,
    within: bool,
    failure: Option<Error>,
}

/// An empty last block, and a checksum that nobody verifies.
const LAST_BLOCK: &[u8] = &[1, 0, 0, 0, 0, 0, 0];

impl<R: BufRead> Zstd<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            decoder: FrameDecoder::new(),
            within: false,
            failure: None,
        }
    }

    fn decode(&mut self) {
        let blocks = BlockDecodingStrategy::UptoBlocks(1);
        if let Err(error) = self.decoder.decode_blocks(&mut self.input, blocks) {
            self.failure = Some(Error::other(error));
            // The decoder holds back a window until the frame ends, and what it holds was sound.
            let blocks = BlockDecodingStrategy::UptoBlocks(1);
            self.within = self.decoder.decode_blocks(LAST_BLOCK, blocks).is_ok();
        }
    }

    /// Begins the next frame, or passes one that is to be skipped.
    fn begin(&mut self) -> Result<()> {
        match self.decoder.reset(&mut self.input) {
            Ok(()) => self.within = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                copy(&mut (&mut self.input).take(u64::from(length)), &mut sink())?;
            }
            Err(error) => return Err(Error::other(error)),
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, room: &mut [u8]) -> Result<usize> {
        loop {
            if self.within && self.decoder.can_collect() > 0 {
                return self.decoder.read(room);
            }
            if let Some(failure) = self.failure.take() {
                self.within = false;
                return Err(failure);
            }
            if self.within && !self.decoder.is_finished() {
                self.decode();
            } else if self.input.fill_buf()?.is_empty() {
                return Ok(0);
            } else {
                self.begin()?;
            }
        }
    }
}
