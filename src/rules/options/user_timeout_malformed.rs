//! `user-timeout-malformed`: sends a user timeout option that is not four octets long. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Level, Proof, Rule, Trigger, Variable};
use crate::tcp::Oddities;

/// Sends a user timeout option that is not four octets long.
pub static RULE: Rule = Rule {
    code: "TCP621",
    name: "user-timeout-malformed",
    summary: "sends a user timeout option that is not four octets long",
    level: Level::Anomaly,
    variable: Variable::Syntax,
    cites: &[Cite::rfc(5482, "3.1")],
    requirements: &["UT-1"],
    also_known_as: &["tcp_option_uto_invalid_len", "tcp.option.len.invalid"],
    check: Check::Emission {
        when: Trigger::ANY,
        guard: check,
    },
    page: include_str!("user_timeout_malformed.md"),
    ..Rule::FAULT
};

/// Kind, length, and two octets of time.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().options.odd.has(Oddities::USER_TIMEOUT) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Certain,
        "sends a user timeout option that is not four octets long",
        "4 octets",
        "another length",
    )
}
