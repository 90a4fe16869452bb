//! What a user may say beforehand. Not the command line, which only names it.

pub use crate::replay::{HostProfile, Profiles, Tap};

/// What a user knows better than the capture tells.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The implementations whose choices are taken as given, and the maximum segment lifetime.
    pub profiles: Profiles,
    /// Where the capture was taken.
    pub tap: Tap,
    /// Whether what tags tell is listed as notes, too: one for each connection and kind.
    pub notes: bool,
}
