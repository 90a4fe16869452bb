//! `fin-not-acknowledged`: answers a FIN again and again and never acknowledges it. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Rule};

/// Answers a FIN again and again and never acknowledges it.
pub static RULE: Rule = Rule {
    code: "TCP404",
    name: "fin-not-acknowledged",
    summary: "answers a FIN again and again and never acknowledges it",
    cites: &[Cite::rfc(9293, "3.10.7.4")],
    requirements: &["U-21"],
    also_known_as: &[],
    page: include_str!("fin_not_acknowledged.md"),
    ..Rule::FAULT
};
