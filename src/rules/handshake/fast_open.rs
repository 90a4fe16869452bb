//! `fast-open`: data goes with the SYN. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Data goes with the SYN.
pub static RULE: Rule = Rule {
    code: "TCP125",
    name: "fast-open",
    summary: "data goes with the SYN",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(7413, "3.1")],
    also_known_as: &[
        "tcp.analysis.tfo_syn",
        "stream.3whs_synack_tfo_data_ignored",
        "129:2",
    ],
    check: Check::Tag,
    page: include_str!("fast_open.md"),
    ..Rule::NOTE
};
