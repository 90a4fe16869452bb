//! Tags with the place where each was told first, and how often: what a note is made of. No judgement.

use crate::flow::Side;
use std::collections::{BTreeMap, BTreeSet};

/// Where a tag was told first, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub(super) struct Told {
    /// The frame; `None` for what only the end of the record showed.
    pub(super) frame: Option<u64>,
    /// Who sent it.
    pub(super) side: Option<Side>,
    pub(super) times: u64,
}

/// The tags of an incarnation.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Tags {
    #[serde(with = "super::tags")]
    told: BTreeMap<&'static str, Told>,
    now: Option<(u64, Side)>,
}

impl Tags {
    /// What is told from here on was shown by this frame of this side, or by the end of the record.
    pub(super) const fn at(&mut self, segment: Option<(u64, Side)>) {
        self.now = segment;
    }

    pub(super) fn insert(&mut self, tag: &'static str) {
        let told = self.told.entry(tag).or_insert(Told {
            frame: self.now.map(|(frame, _)| frame),
            side: self.now.map(|(_, side)| side),
            times: 0,
        });
        told.times += 1;
    }

    pub(super) fn extend(&mut self, tags: impl IntoIterator<Item = &'static str>) {
        tags.into_iter().for_each(|tag| self.insert(tag));
    }

    pub(super) fn contains(&self, tag: &str) -> bool {
        self.told.contains_key(tag)
    }

    pub(super) fn get(&self, tag: &str) -> Option<Told> {
        self.told.get(tag).copied()
    }

    /// The tags alone.
    pub(super) fn names(&self) -> BTreeSet<&'static str> {
        self.told.keys().copied().collect()
    }
}
