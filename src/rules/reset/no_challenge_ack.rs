//! `no-challenge-ack`: does not answer a SYN, or a RST that is not exact, with a challenge ACK. The page beside this file is its documentation and its test.

use crate::rules::{Cite, Rule};

/// Does not answer a SYN, or a RST that is not exact, with a challenge ACK.
pub static RULE: Rule = Rule {
    code: "TCP504",
    name: "no-challenge-ack",
    summary: "does not answer a SYN, or a RST that is not exact, with a challenge ACK",
    cites: &[
        Cite::rfc(9293, "3.10.7.4"),
        Cite::rfc(5961, "3.2"),
        Cite::rfc(5961, "4.2"),
    ],
    requirements: &["U-20"],
    also_known_as: &["stream.3whs_ack_data_inject"],
    page: include_str!("no_challenge_ack.md"),
    ..Rule::FAULT
};
