//! `forged-segment`: a segment in an endpoint's name that somebody else sent. The page beside this file is its documentation and its test.

use crate::rules::{Blame, Check, Cite, Level, Rule, Status, Variable};

/// A segment in an endpoint's name that somebody else sent.
pub static RULE: Rule = Rule {
    code: "TCP801",
    name: "forged-segment",
    summary: "a segment in an endpoint's name that somebody else sent",
    blame: Blame::ThirdParty,
    level: Level::Note,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Flags,
    cites: &[Cite::rfc(5961, "3")],
    requirements: &[],
    also_known_as: &["stream.suspected_rst_inject"],
    check: Check::Story,
    page: include_str!("forged_segment.md"),
};
