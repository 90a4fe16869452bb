//! `data-on-syn`: octets go with the SYN, without Fast Open. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Check, Cite, Rule};

/// Octets go with the SYN, without Fast Open.
pub static RULE: Rule = Rule {
    code: "TCP126",
    name: "data-on-syn",
    summary: "octets go with the SYN, without Fast Open",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.10.7.3")],
    requirements: &["TF-6"],
    also_known_as: &["SYN_with_data", "129:2"],
    check: Check::Tag,
    page: include_str!("data_on_syn.md"),
    ..Rule::NOTE
};
