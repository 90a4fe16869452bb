//! `half-duplex-close`: a side that has closed answers further octets with RST. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// A side that has closed answers further octets with RST.
pub static RULE: Rule = Rule {
    code: "TCP424",
    name: "half-duplex-close",
    summary: "a side that has closed answers further octets with RST",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.6.1")],
    requirements: &["MAY-1", "SHLD-3"],
    also_known_as: &["RSTO", "tcp.connection.rst"],
    check: Check::Tag,
    page: include_str!("half_duplex_close.md"),
    ..Rule::NOTE
};
