//! `user-timeout-malformed`: option 28 is not the four octets of a user timeout. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Option 28 is not the four octets of a user timeout.
pub static RULE: Rule = Rule {
    code: "TCP621",
    name: "user-timeout-malformed",
    summary: "option 28 is not the four octets of a user timeout",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(5482, "3.1")],
    requirements: &["UT-1"],
    also_known_as: &["tcp_option_uto_invalid_len", "tcp.option.len.invalid"],
    check: Check::Tag,
    page: include_str!("user_timeout_malformed.md"),
    ..Rule::NOTE
};
