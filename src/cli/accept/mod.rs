//! Findings that somebody accepted: by a suppression in the configuration, or by a baseline. They leave the findings and stay in the
//! report's list of accepted ones.

mod baseline;
mod suppression;

pub(super) use baseline::{Baseline, least};
pub(super) use suppression::{Suppression, suppress};
