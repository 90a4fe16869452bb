//! The connections that are kept to the end although nothing is wrong with them, for what they show together.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::IpAddr;

/// Of how many hosts the first connections are kept to the end, and how many of each, because together they may show that the
/// host's sequence numbers are predictable.
const HOSTS: usize = 64;
const FIRST: usize = 32;

/// The hosts of which connections are kept to the end, and how many are.
#[derive(Default)]
pub(super) struct Held(BTreeMap<IpAddr, usize>);

impl Held {
    /// Whether a connection of these hosts is one of them.
    pub(super) fn keeps(&mut self, hosts: impl IntoIterator<Item = IpAddr>) -> bool {
        let mut keeps = false;
        for host in hosts {
            let room = self.0.len() < HOSTS;
            let kept = match self.0.entry(host) {
                Entry::Vacant(new) if room => new.insert(0),
                Entry::Vacant(_) => continue,
                Entry::Occupied(known) => known.into_mut(),
            };
            if *kept < FIRST {
                *kept += 1;
                keeps = true;
            }
        }
        keeps
    }
}
