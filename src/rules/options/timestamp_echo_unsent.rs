//! `timestamp-echo-unsent`: echoes a timestamp that the peer cannot have sent. The page beside this file is its documentation and its test.

use crate::flow::newer;
use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Echoes a timestamp that the peer cannot have sent.
pub static RULE: Rule = Rule {
    code: "TCP606",
    name: "timestamp-echo-unsent",
    summary: "echoes a timestamp that the peer cannot have sent",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Timestamps,
    cites: &[Cite::rfc(7323, "3.2"), Cite::rfc(7323, "4.3")],
    requirements: &["TS-5"],
    also_known_as: &["stream.pkt_invalid_timestamp"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("timestamp_echo_unsent.md"),
};

/// The fastest timestamp clock in use ticks once a microsecond; twice that, in ticks a second.
const FASTEST: i64 = 2_000_000;

/// Seconds in favour of the endpoint, for clocks that step, and for what was on its way.
const SLACK: i64 = 10;

/// TSecr repeats a TSval of the peer. What lies within reach of the peer's clock may stand on a segment that the capture missed.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let echo = e.segment().options.timestamps.map_or(0, |ts| ts.ecr);
    let (Some(newest), Some(since), Some(now)) = (
        e.peer.clock.newest(),
        e.peer.clock.newest_time(),
        e.context.time,
    ) else {
        return Ok(());
    };
    // A second answer to a SYN may come from another clock, and be missed by the capture: the first echo has to fit.
    let settled = e.own.echoes && !e.segment().syn() && e.is_joined();
    if echo == 0 || !newer(echo, newest) || !settled || e.context.stray {
        return Ok(());
    }
    let elapsed = now.since(since).nanos().max(0);
    let fastest = e.peer.fastest_clock().unwrap_or(FASTEST);
    let reach = fastest
        .saturating_mul(SLACK)
        .saturating_add((elapsed / 1_000_000).saturating_mul(fastest) / 1_000);
    let ahead = i64::from(echo.wrapping_sub(newest));
    let Some(proof) = e.worth(Proof::Strong).filter(|_| ahead > reach) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "echoes the timestamp {echo}, {ahead} ticks ahead of the newest of the peer, which no clock makes up since"
        ),
        expected: format!("TSecr up to {newest}"),
        seen: format!("TSecr {echo}"),
        need: Need::Nothing,
        proof,
        witnesses: Vec::new(),
    })
}
