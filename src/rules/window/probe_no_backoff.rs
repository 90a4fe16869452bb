//! `probe-no-backoff`: probes a closed window at a fixed interval. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Level, Rule};

/// Probes a closed window at a fixed interval.
pub static RULE: Rule = Rule {
    code: "TCP304",
    name: "probe-no-backoff",
    summary: "probes a closed window at a fixed interval",
    level: Level::Should,
    cites: &[Cite::rfc(9293, "3.8.6.1")],
    requirements: &["SHLD-30"],
    also_known_as: &["tcp.analysis.zero_window_probe"],
    page: include_str!("probe_no_backoff.md"),
    ..Rule::FAULT
};
