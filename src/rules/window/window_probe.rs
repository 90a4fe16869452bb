//! `window-probe`: a closed window is probed. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A closed window is probed.
pub static RULE: Rule = Rule {
    code: "TCP392",
    name: "window-probe",
    summary: "a closed window is probed",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.8.6.1")],
    requirements: &["MUST-36"],
    also_known_as: &["tcp.analysis.zero_window_probe", "zero_win_probes"],
    check: Check::Tag,
    page: include_str!("window_probe.md"),
    ..Rule::NOTE
};
