//! What a user may say beforehand. Not the command line, which only names it.

use crate::filter::Filter;
pub use crate::replay::Tap;
use crate::tcp::Profile;
use crate::time::Span;

/// What a user knows better than the capture tells.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The implementation whose choices are taken as given.
    pub profile: Option<Profile>,
    /// The maximum segment lifetime; outranks the profile's.
    pub msl: Option<Span>,
    /// Where the capture was taken.
    pub tap: Tap,
    /// Which segments are looked at; the others count as if they were not TCP.
    pub filter: Option<Filter>,
    /// Whether connections are measured: [`crate::finding::FlowRecord::measures`].
    pub statistics: bool,
    /// Whether what tags tell is listed as notes, too: one for each connection and kind.
    pub notes: bool,
}

impl Settings {
    /// 2 MSL, if the user chose one.
    pub(super) fn time_wait(&self) -> Option<Span> {
        let msl = self
            .msl
            .map(|msl| Span::from_nanos(msl.nanos().saturating_mul(2)));
        msl.or_else(|| {
            self.profile.map(|profile| {
                Span::from_nanos(i64::try_from(profile.time_wait().as_nanos()).unwrap_or(i64::MAX))
            })
        })
    }
}
