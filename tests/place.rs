//! What the user says about the place of the tap and about hosts has its effect, and no other: `--tap`, `--profile`, `--msl`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, too"
)]
#![allow(dead_code, reason = "the helpers serve several tests")]

mod common;

use tcplint::analysis::{HostProfile, Profiles, Settings, Tap, analyze_bytes};
use tcplint::finding::{Finding, Report};
use tcplint::rules::{Blame, Proof, Severity};
use tcplint::tcp::Profile;
use tcplint::time::Span;

/// B acknowledges after 1.2 s what it got three times; the round trip lies on both sides of the tap.
const LATE: &str = "\
A > B  S   1000 <mss 1460>
+20ms B > A  S.  5000 ack 1001 <mss 1460>
+20ms A > B  .   1001 ack 5001
A > B  P.  1001 ack 5001 len 100
+250ms A > B  P.  1001 ack 5001 len 100
+500ms A > B  P.  1001 ack 5001 len 100
+500ms B > A  .   5001 ack 1101
";

/// A takes back window, and then an acknowledgment, long after it gave them; nothing but the record tells in which order.
const TAKEN_BACK: &str = "\
A > B  S   1000 <mss 1460>
+20ms B > A  S.  5000 ack 1001 <mss 1460>
+20ms A > B  .   1001 ack 5001 win 1000
B > A  P.  5001 ack 1001 len 200
A > B  .   1001 ack 5201 win 59800
+150ms A > B  .   1001 ack 5201 win 20000
+150ms A > B  .   1001 ack 5101 win 59800
";

/// B sends its FIN first, and 40 s after A's it answers a copy of that with RST.
const FORTY_SECONDS: &str = "\
A > B  S   1000 <mss 1460>
B > A  S.  5000 ack 1001 <mss 1460>
A > B  .   1001 ack 5001
B > A  F.  5001 ack 1001
A > B  .   1001 ack 5002
A > B  F.  1001 ack 5002
B > A  .   5002 ack 1002
+40s A > B  F.  1001 ack 5002
B > A  R   5002 win 0
";

fn run(text: &str, settings: &Settings) -> Report {
    let trace = common::trace::compile("place", 1, text);
    analyze_bytes("place", &trace.octets, settings).unwrap()
}

fn the_finding(report: &Report, rule: &str) -> Finding {
    let mut found = report.findings.iter().filter(|f| f.rule.name == rule);
    let first = found.next().unwrap_or_else(|| panic!("no {rule}"));
    assert!(found.next().is_none());
    first.clone()
}

fn at(tap: Tap) -> Settings {
    Settings {
        tap,
        ..Settings::default()
    }
}

fn with(entries: &[(Option<(&str, u8)>, Profile)]) -> Settings {
    let hosts = entries
        .iter()
        .map(|&(network, profile)| HostProfile {
            network: network.map(|(address, bits)| (address.parse().unwrap(), bits)),
            profile,
        })
        .collect();
    Settings {
        profiles: Profiles { hosts, msl: None },
        ..Settings::default()
    }
}

#[test]
fn an_obligation_is_strong_where_the_user_says_the_tap_is_and_nowhere_else() {
    let late = the_finding(&run(LATE, &at(Tap::Server)), "ack-delayed");
    assert_eq!(
        (late.proof, late.severity, late.blame),
        (Proof::Strong, Severity::Error, Blame::Endpoint)
    );
    for tap in [Tap::Auto, Tap::Client, Tap::Middle] {
        assert!(run(LATE, &at(tap)).findings.is_empty(), "{tap:?}");
    }
}

#[test]
fn the_order_of_the_record_is_a_proof_where_the_tap_is_at_the_sender() {
    let report = run(TAKEN_BACK, &at(Tap::Client));
    for (rule, frame) in [("window-shrunk", 6), ("ack-regression", 7)] {
        let finding = the_finding(&report, rule);
        let place = (finding.proof, finding.blame, finding.frame);
        assert_eq!(place, (Proof::Strong, Blame::Endpoint, Some(frame)));
        assert!(
            finding
                .alibi
                .is_some_and(|alibi| alibi.contains("overtaken"))
        );
    }
    for tap in [Tap::Auto, Tap::Server, Tap::Middle] {
        assert!(run(TAKEN_BACK, &at(tap)).findings.is_empty(), "{tap:?}");
    }
    let soon = TAKEN_BACK.replace("+150ms", "+50ms");
    assert!(run(&soon, &at(Tap::Client)).findings.is_empty());
}

#[test]
fn the_header_says_where_the_tap_is_and_why() {
    let told = |settings: &Settings| {
        let capture = &run(LATE, settings).captures[0];
        (capture.tap, capture.tap_basis)
    };
    assert_eq!(told(&at(Tap::Auto)), ("middle", "handshakes"));
    assert_eq!(told(&at(Tap::Server)), ("server", "option"));
}

#[test]
fn a_profile_holds_for_the_hosts_of_its_network() {
    const RULE: &str = "early-time-wait-exit";
    let judged = |settings: &Settings| the_finding(&run(FORTY_SECONDS, settings), RULE);
    // Common practice: longer than the shortest in use, shorter than the RFC's.
    assert_eq!(judged(&Settings::default()).severity, Severity::Note);
    let linux = judged(&with(&[(Some(("10.0.0.2", 32)), Profile::Linux)]));
    assert_eq!(linux.severity, Severity::Error, "{}", linux.message);
    let elsewhere = judged(&with(&[(Some(("10.9.0.0", 16)), Profile::Linux)]));
    assert_eq!(elsewhere.severity, Severity::Note);
    let both = judged(&with(&[
        (None, Profile::Linux),
        (Some(("10.0.0.0", 24)), Profile::MacOs),
    ]));
    assert_eq!(both.severity, Severity::Note);
    assert!(
        both.message.contains("the profile macos permits it"),
        "{}",
        both.message
    );
}

#[test]
fn a_chosen_lifetime_outranks_every_profile() {
    let mut settings = with(&[(None, Profile::Rfc)]);
    settings.profiles.msl = Some(Span::from_secs(15));
    assert!(run(FORTY_SECONDS, &settings).findings.is_empty());
    settings.profiles.msl = Some(Span::from_secs(60));
    let finding = the_finding(&run(FORTY_SECONDS, &settings), "early-time-wait-exit");
    assert_eq!(finding.severity, Severity::Error);
}

#[test]
fn what_a_profile_permits_is_a_note_that_says_so() {
    let mut settings = with(&[(None, Profile::Legacy793)]);
    settings.tap = Tap::Server;
    let late = the_finding(&run(LATE, &settings), "ack-delayed");
    assert_eq!(
        (late.severity, late.blame),
        (Severity::Note, Blame::Unknown)
    );
    assert!(
        late.message.contains("the profile legacy793 permits it"),
        "{}",
        late.message
    );
    settings.profiles.hosts[0].profile = Profile::Rfc;
    let late = the_finding(&run(LATE, &settings), "ack-delayed");
    assert_eq!(late.severity, Severity::Error);
}

#[test]
fn every_convention_names_a_rule() {
    for profile in Profile::ALL {
        for convention in profile.traits().permits {
            assert!(
                tcplint::rules::find(convention.rule).is_some(),
                "{}: {}",
                profile.name(),
                convention.rule
            );
        }
    }
}
