//! What a user may say beforehand. Not the command line, which only names it.

use crate::filter::Filter;
use crate::replay;
pub use crate::replay::{HostProfile, Profiles, Tap};

/// What a user knows better than the capture tells.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The implementations whose choices are taken as given, and the maximum segment lifetime.
    pub profiles: Profiles,
    /// Where the capture was taken.
    pub tap: Tap,
    /// Which segments are looked at; the others count as if they were not TCP.
    pub filter: Option<Filter>,
    /// Whether connections are measured: [`crate::finding::FlowRecord::measures`].
    pub statistics: bool,
    /// How the work is done.
    pub effort: Effort,
    /// Whether what tags tell is listed as notes, too: one for each connection and kind.
    pub notes: bool,
}

/// How the work is done. Nothing here changes what is said, which tests hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Threads.
    pub jobs: usize,
    /// Octets that the state of connections may take, estimated.
    pub memory: usize,
    /// Whether connections without findings are only counted, for a report that does not list them.
    pub counts_quiet: bool,
    /// Whether ordinary segments go the whole way, too: slower.
    pub thorough: bool,
}

impl Effort {
    /// What the state of connections may take, if nothing else is said.
    pub const MEMORY: usize = 64 << 20;

    /// One thread, and the short way for ordinary segments.
    pub const LEAST: Self = Self {
        jobs: 1,
        memory: Self::MEMORY,
        counts_quiet: false,
        thorough: false,
    };
}

impl Default for Effort {
    fn default() -> Self {
        Self::LEAST
    }
}

impl Settings {
    pub(super) fn judgement(&self) -> replay::Settings {
        replay::Settings {
            profiles: self.profiles.clone(),
            notes: self.notes,
            tap: self.tap,
        }
    }
}
