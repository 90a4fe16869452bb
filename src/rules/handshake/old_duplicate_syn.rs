//! `old-duplicate-syn`: a SYN from before arrives when its sender has moved on. The page beside this file is its documentation and its test.
use crate::rules::{Check, Cite, Rule};

/// A SYN from before arrives when its sender has moved on.
pub static RULE: Rule = Rule {
    code: "TCP121",
    name: "old-duplicate-syn",
    summary: "a SYN from before arrives when its sender has moved on",
    cites: &[Cite::rfc(9293, "3.4.2"), Cite::rfc(9293, "3.5")],
    also_known_as: &[
        "SYN_seq_jump",
        "stream.3whs_syn_resend_diff_seq_on_syn_recv",
    ],
    check: Check::Tag,
    page: include_str!("old_duplicate_syn.md"),
    ..Rule::NOTE
};
