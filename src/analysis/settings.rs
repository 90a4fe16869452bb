//! What a user may say beforehand. Not the command line, which only names it.

use crate::filter::Filter;
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
    /// Whether what tags tell is listed as notes, too: one for each connection and kind.
    pub notes: bool,
}
