//! `port-reuse`: the same ports are used again for a new connection. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// The same ports are used again for a new connection.
pub static RULE: Rule = Rule {
    code: "TCP123",
    name: "port-reuse",
    summary: "the same ports are used again for a new connection",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.4.3"), Cite::rfc(6191, "2")],
    requirements: &["MAY-2", "TW-1"],
    also_known_as: &["tcp.analysis.reused_ports", "active_connection_reuse"],
    check: Check::Tag,
    page: include_str!("port_reuse.md"),
    ..Rule::NOTE
};
