//! What stops an analysis. What a capture *contains*, however damaged, is never an error but a capture finding.

use std::path::PathBuf;

/// Why an input could not be analysed at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input could not be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The input as the caller named it (`-` is standard input).
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The input holds nothing that starts like a capture file.
    #[error("{}: {reason}", path.display())]
    NotACapture {
        /// The input as the caller named it.
        path: PathBuf,
        /// What was found instead, and what would help.
        reason: String,
    },
    /// A directory without a single capture file in it.
    #[error("{}: the directory holds no capture file (.pcap, .pcapng, .cap)", path.display())]
    NoCaptures {
        /// The directory.
        path: PathBuf,
    },
}
