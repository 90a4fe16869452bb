//! `vanished-in-fin-wait`: an endpoint that waited for the FIN of its peer is gone when it comes. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// An endpoint that waited for the FIN of its peer is gone when it comes.
pub static RULE: Rule = Rule {
    code: "TCP425",
    name: "vanished-in-fin-wait",
    summary: "an endpoint that waited for the FIN of its peer is gone when it comes",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.6"), Cite::rfc(9293, "3.10.7.1")],
    also_known_as: &["RSTO", "tcp.connection.rst"],
    check: Check::Tag,
    page: include_str!("vanished_in_fin_wait.md"),
    ..Rule::NOTE
};
