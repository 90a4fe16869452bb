//! Tags in a packed connection: each is its place in a list. A tag that is not in the list cannot be packed, nor can its connection.

use serde::de::{Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The tags of connections, in no order that matters.
const TAGS: &[&str] = &[
    "bad-checksum",
    "bad-checksum-is-offload",
    "capture-loss",
    "challenge-ack",
    "clean-open",
    "clean-release",
    "data-before-third-ack-legal",
    "ecn",
    "fast-open",
    "fin-retransmission",
    "forged-segment",
    "half-close",
    "half-open",
    "ip-fragments",
    "keepalive",
    "midstream-start",
    "mptcp",
    "network-duplicate",
    "no-answer",
    "old-duplicate",
    "old-duplicate-syn",
    "one-direction",
    "port-reuse",
    "refused",
    "reordering",
    "reset",
    "retransmission",
    "sack",
    "self-connection",
    "seq-wrap",
    "simultaneous-close",
    "simultaneous-open",
    "syn-retransmission",
    "synack-retransmission",
    "three-segment-release",
    "time-wait-assassination",
    "time-wait-reack",
    "timeout-abort",
    "two-way-handshake",
    "urgent",
    "window-probe",
    "window-update",
    "zero-window",
];

pub(super) fn serialize<S: Serializer>(
    tags: &BTreeSet<&'static str>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let place = |tag: &&str| TAGS.iter().position(|known| known == tag);
    let places: Option<Vec<u8>> = tags
        .iter()
        .map(|tag| u8::try_from(place(tag)?).ok())
        .collect();
    places
        .ok_or_else(|| S::Error::custom("a tag that is not in the list"))?
        .serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeSet<&'static str>, D::Error> {
    let places = Vec::<u8>::deserialize(deserializer)?;
    let tag = |place: u8| TAGS.get(usize::from(place)).copied();
    let tags: Option<BTreeSet<_>> = places.into_iter().map(tag).collect();
    tags.ok_or_else(|| D::Error::custom("no such tag"))
}
