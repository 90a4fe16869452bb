//! `malformed-options`: sends options that cannot be read. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::{Checksum, Reading};

/// Sends options that cannot be read.
pub static RULE: Rule = Rule {
    code: "TCP615",
    name: "malformed-options",
    summary: "sends options that cannot be read",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Syntax,
    cites: &[Cite::rfc(9293, "3.1"), Cite::rfc(9293, "3.2")],
    requirements: &["MUST-68", "SK-3", "U-03"],
    also_known_as: &[
        "tcp.opt_invalid_len",
        "tcp.option.len.invalid",
        "decode:116:54",
    ],
    check: Check::Emission {
        when: Trigger::BROKEN,
        guard: check,
    },
    page: include_str!("malformed_options.md"),
};

/// Every option but end-of-list and no-operation has a length, of at least two octets and within the header; known kinds have theirs.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    // Only a verified segment is whole for sure.
    let whole = segment.checksum != Checksum::Unknown && !segment.marks.length_from_record;
    let broken = segment.options.reading == Reading::Malformed;
    let Some(proof) = e.worth(Proof::Certain).filter(|_| broken && whole) else {
        return Ok(());
    };
    let (message, expected, octets) = if segment.short_header {
        (
            "sends a header that ends within its fixed part",
            "a data offset of 5 or more",
            "a data offset below 5".to_owned(),
        )
    } else {
        (
            "sends an option whose length is not the one of its kind, or leaves the header",
            "options that fill the header",
            format!("{} octets of options", segment.option_octets),
        )
    };
    Err(Breach {
        message: message.into(),
        expected: expected.into(),
        seen: octets,
        need: Need::Nothing,
        proof: if e.is_joined() {
            proof
        } else {
            proof.min(Proof::Strong)
        },
        witnesses: Vec::new(),
    })
}
