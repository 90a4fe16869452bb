//! `port-zero`: a port is 0. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A port is 0.
pub static RULE: Rule = Rule {
    code: "TCP128",
    name: "port-zero",
    summary: "a port is 0",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(6335, "6")],
    requirements: &["PT-1"],
    also_known_as: &["decode:116:446"],
    check: Check::Tag,
    page: include_str!("port_zero.md"),
    ..Rule::NOTE
};
