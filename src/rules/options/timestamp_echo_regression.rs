//! `timestamp-echo-regression`: echoes an older timestamp after a newer one. The page beside this file is its documentation and its test.
use crate::flow::newer;
use crate::rules::{Blame, Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger};

/// Echoes an older timestamp after a newer one.
pub static RULE: Rule = Rule {
    code: "TCP632",
    name: "timestamp-echo-regression",
    summary: "echoes an older timestamp after a newer one",
    blame: Blame::Unknown,
    also_known_as: &["stream.pkt_invalid_timestamp"],
    cites: &[Cite::rfc(7323, "4.3")],
    requirements: &["TS-7"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("timestamp_echo_regression.md"),
    ..Rule::NOTE
};

/// TS.Recent does not go back while the sender's own clock goes on.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (Some(ts), Some(echo)) = (e.segment().options.timestamps, e.own.signs.echo) else {
        return Ok(());
    };
    // Linux lets TS.Recent go back by one tick.
    let older = newer(echo.ecr.wrapping_sub(1), ts.ecr) && ts.ecr != 0;
    let seen = e.peer.clock.may_hold(ts.ecr) && e.peer.clock.may_hold(echo.ecr);
    if !older || !newer(ts.val, echo.val) || !seen || e.segment().syn() || !e.is_joined() {
        return Ok(());
    }
    let Some(proof) = e.worth(Proof::Weak) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "echoes the timestamp {} after it had echoed {} in frame {}",
            ts.ecr, echo.ecr, echo.frame
        ),
        expected: format!("TSecr ≥ {}", echo.ecr),
        seen: format!("TSecr {}", ts.ecr),
        need: Need::Nothing,
        proof,
        witnesses: vec![echo.frame],
    })
}
