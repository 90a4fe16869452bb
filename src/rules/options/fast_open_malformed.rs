//! `fast-open-malformed`: sends a Fast Open cookie of a length that none has. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger, Variable};
use crate::tcp::Oddities;

/// Sends a Fast Open cookie of a length that none has.
pub static RULE: Rule = Rule {
    code: "TCP618",
    name: "fast-open-malformed",
    summary: "sends a Fast Open cookie of a length that none has",
    variable: Variable::Syntax,
    cites: &[Cite::rfc(7413, "4.1.1")],
    requirements: &["TF-1"],
    also_known_as: &["tcp_option_tfo_invalid_len", "tcp.option.len.invalid"],
    check: Check::Emission {
        when: Trigger::ODD,
        guard: check,
    },
    page: include_str!("fast_open_malformed.md"),
    ..Rule::FAULT
};

/// No cookie, or 4 to 16 octets in pairs.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let options = &e.segment().options;
    if !options.odd.has(Oddities::FAST_OPEN) {
        return Ok(());
    }
    let length = options.fast_open.unwrap_or_default();
    e.wrong_field(
        Proof::Certain,
        format!("sends a Fast Open cookie of {length} octets"),
        "0, or 4 to 16 and even",
        format!("{length} octets"),
    )
}
