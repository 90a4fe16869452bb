//! `reset`: the connection ends with RST. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The connection ends with RST.
pub static RULE: Rule = Rule {
    code: "TCP520",
    name: "reset",
    summary: "the connection ends with RST",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.5.2")],
    also_known_as: &["tcp.connection.rst", "RSTO", "RSTR", "129:15"],
    check: Check::Tag,
    page: include_str!("reset.md"),
    ..Rule::NOTE
};
