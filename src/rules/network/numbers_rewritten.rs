//! `numbers-rewritten`: a box on the path numbers a side anew, and the tap stands inside of it. The page beside this file is its documentation and its test.

use crate::rules::{Check, Cite, Rule};

/// A box on the path numbers a side anew, and the tap stands inside of it.
pub static RULE: Rule = Rule {
    code: "TCP818",
    name: "numbers-rewritten",
    summary: "a box on the path numbers a side anew, and the tap stands inside of it",
    cites: &[Cite::rfc(9293, "3.4.1")],
    check: Check::Tag,
    page: include_str!("numbers_rewritten.md"),
    ..Rule::NOTE
};
