//! Tags in a packed connection: each is its place in a list. A tag that is not in the list cannot be packed, nor can its connection.

use super::told::Told;
use serde::de::{Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The tags of connections, in no order that matters.
const TAGS: &[&str] = &[
    "bad-checksum",
    "bad-checksum-is-offload",
    "capture-duplicates",
    "capture-loss",
    "capture-reordered",
    "challenge-ack",
    "challenge-ack-storm",
    "clean-open",
    "clean-release",
    "clock-step",
    "congestion-marked",
    "data-before-third-ack-legal",
    "data-on-syn",
    "duplicate-sack",
    "ecn",
    "ect-on-control",
    "fast-open",
    "fin-retransmission",
    "forged-segment",
    "half-close",
    "half-duplex-close",
    "half-open",
    "initial-window-large",
    "ip-fragments",
    "keepalive",
    "loss-after-tap",
    "loss-before-tap",
    "midstream-start",
    "mptcp",
    "mss-absent",
    "mss-tiny",
    "network-duplicate",
    "no-answer",
    "no-timestamps",
    "numbers-rewritten",
    "old-duplicate",
    "old-duplicate-syn",
    "one-direction",
    "port-reuse",
    "port-zero",
    "refused",
    "reordering",
    "reset",
    "reset-ack-loop",
    "reset-storm",
    "retransmission",
    "sack",
    "self-connection",
    "seq-wrap",
    "simultaneous-close",
    "simultaneous-open",
    "silly-window",
    "snaplen",
    "spurious-retransmission",
    "syn-retransmission",
    "synack-retransmission",
    "three-segment-release",
    "time-wait-assassination",
    "time-wait-reack",
    "timeout-abort",
    "timestamp-echo-without-ack",
    "truncated-capture",
    "two-vantages",
    "two-way-handshake",
    "urgent",
    "urgent-pointer-unused",
    "user-timeout-malformed",
    "vanished-in-fin-wait",
    "window-probe",
    "window-update",
    "zero-window",
];

type TagsTold = BTreeMap<&'static str, Told>;

pub(super) fn serialize<S: Serializer>(tags: &TagsTold, serializer: S) -> Result<S::Ok, S::Error> {
    let place = |tag: &str| {
        let place = TAGS.iter().position(|known| *known == tag)?;
        u8::try_from(place).ok()
    };
    let told: Option<Vec<(u8, Told)>> = tags
        .iter()
        .map(|(tag, told)| Some((place(tag)?, *told)))
        .collect();
    told.ok_or_else(|| S::Error::custom("a tag that is not in the list"))?
        .serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<TagsTold, D::Error> {
    let told = Vec::<(u8, Told)>::deserialize(deserializer)?;
    let tag = |(place, told): (u8, Told)| Some((*TAGS.get(usize::from(place))?, told));
    let tags: Option<TagsTold> = told.into_iter().map(tag).collect();
    tags.ok_or_else(|| D::Error::custom("no such tag"))
}
