//! `syn-fin`: opens and closes in one segment. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Opens and closes in one segment.
pub static RULE: Rule = Rule {
    code: "TCP613",
    name: "syn-fin",
    summary: "opens and closes in one segment",
    blame: Blame::Endpoint,
    level: Level::Anomaly,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.10.4"), Cite::rfc(9293, "3.10.7")],
    requirements: &["U-13"],
    also_known_as: &["stream.fin_syn", "decode:116:420"],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("syn_fin.md"),
};

/// CLOSE in SYN-SENT sends nothing and in SYN-RECEIVED waits for ESTABLISHED: no state sends SYN and FIN together.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    let Some(proof) = e.worth(Proof::Certain).filter(|_| segment.fin()) else {
        return Ok(());
    };
    Err(Breach {
        message: format!("sends SYN and FIN in one segment ({})", segment.flags),
        expected: "SYN without FIN".into(),
        seen: segment.flags.to_string(),
        need: Need::Nothing,
        proof,
        witnesses: Vec::new(),
    })
}
