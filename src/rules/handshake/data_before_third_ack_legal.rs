//! `data-before-third-ack-legal`: the server sends before the third segment, as Fast Open permits. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The server sends before the third segment, as Fast Open permits.
pub static RULE: Rule = Rule {
    code: "TCP127",
    name: "data-before-third-ack-legal",
    summary: "the server sends before the third segment, as Fast Open permits",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(7413, "4.2.2")],
    requirements: &["TF-3"],
    also_known_as: &["stream.3whs_ack_data_inject"],
    check: Check::Tag,
    page: include_str!("data_before_third_ack_legal.md"),
    ..Rule::NOTE
};
