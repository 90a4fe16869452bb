//! Honest traffic: no tap may accuse an endpoint.

use super::path::{Record, SECOND, START, World, excerpt, pcap};
use super::reference::{Plan, Stack};
use super::rng::Rng;
use super::smol::Smol;
use super::states::one_connection;
use std::collections::BTreeMap;
use std::fmt;
use tcplint::analysis::{Effort, Profiles, Settings, Tap, analyze_bytes};
use tcplint::finding::{Finding, Report};
use tcplint::rules::{Blame, Proof};
use tcplint::time::Span;

/// Packets at a tap after which a run is cut off.
const MOST: usize = 4_000;

pub const TAPS: [&str; 3] = ["at A", "middle", "at B"];

/// The traffic of one seed, as each tap saw it.
pub fn reference_pair(seed: u64) -> [Record; 3] {
    let mut rng = Rng::new(seed);
    let both = rng.chance(0.2);
    let size = rng.pick(&[100, 5_000, 60_000, 400_000]);
    let mut plan = |opener: bool| Plan {
        opens: if opener { rng.between(1, 4) as u32 } else { 0 },
        size,
        listens: !opener || rng.chance(0.5),
        crashes: rng.pick(&[0.0, 0.0, 0.0, 0.5]),
        stealth: rng.chance(0.1),
        calm: rng.chance(0.5),
    };
    let plans = [plan(true), plan(both)];
    let [a, b] = plans;
    let hosts = [Stack::new(0, a, rng.fork(1)), Stack::new(1, b, rng.fork(2))];
    let harsh = rng.pick(&[0.0, 0.5, 1.0, 1.0, 2.0]);
    let mut world = World::new(hosts, rng.fork(3), harsh);
    if rng.chance(0.3) {
        world = world.in_order();
    }
    world.run(START + 2_000 * SECOND, MOST);
    world.taps
}

/// Two hosts of smoltcp, whose TIME-WAIT lasts 10 s.
pub fn smoltcp_pair(seed: u64) -> [Record; 3] {
    smoltcp_hosts(seed, true)
}

fn smoltcp_hosts(seed: u64, tame: bool) -> [Record; 3] {
    let mut rng = Rng::new(seed);
    let size = rng.pick(&[100, 5_000, 60_000, 400_000]);
    let opens = rng.between(1, 4) as u32;
    let hosts = [
        Smol::new(0, opens, size, tame, rng.fork(1)),
        Smol::new(1, opens + 2, size, tame, rng.fork(2)),
    ];
    let harsh = rng.pick(&[0.0, 0.5, 1.0, 1.0, 2.0]);
    let mut world = World::new(hosts, rng.fork(3), harsh);
    if rng.chance(0.3) {
        world = world.in_order();
    }
    world.run(START + 600 * SECOND, MOST);
    world.taps
}

/// Faults of smoltcp 0.12, shown to be true by hand: it answers a RST that has no timestamps (none of its own have) with a challenge ACK
/// that has none either (RFC 7323 section 3.2); it fills segments up to the peer's MSS and adds the timestamps on top (MUST-16); it
/// aborts in SYN-SENT with a RST that acknowledges 0 (RFC 9293 section 3.10.5 sends none there); an ACK of new octets does not start its
/// retransmission timer again, which then runs out sooner than a round trip after what it resends (RFC 6298 rule 5.3); its timeout
/// does not grow before the third retransmission in a row (rule 5.5); and it leaves the FIN out when it asks whether a segment is
/// acceptable, so that one whose octets it has already is refused with its FIN (RFC 9293 section 3.4).
const PROVEN: [&str; 6] = [
    "timestamp-missing",
    "mss-exceeded",
    "bad-reset",
    "retransmission-too-early",
    "rto-no-backoff",
    "fin-not-acknowledged",
];

/// 2 MSL of smoltcp.
pub const SMOLTCP: Settings = Settings {
    profiles: Profiles {
        hosts: Vec::new(),
        msl: Some(Span::from_secs(5)),
    },
    tap: Tap::Auto,
    filter: None,
    statistics: false,
    effort: Effort::LEAST,
    notes: false,
};

pub fn analyze(record: &[(u64, Vec<u8>)], settings: &Settings) -> Report {
    let octets = pcap(record);
    let run = |settings: &Settings| {
        analyze_bytes("lab", &octets, settings).expect("the pipeline reads its own captures")
    };
    let report = run(settings);
    if record.len().is_multiple_of(4) {
        // The short way for ordinary segments says what the whole way says.
        let mut whole = settings.clone();
        whole.effort.thorough = true;
        let text = |report: &Report| format!("{:?} {:?}", report.flows, report.findings);
        assert_eq!(text(&report), text(&run(&whole)));
        // Connections that are only counted hide nothing, and show of the capture what the others show.
        let mut counting = settings.clone();
        counting.effort.counts_quiet = true;
        let counted = run(&counting);
        let text = |report: &Report| {
            let found = report.findings.iter();
            let found = found.map(|it| format!("{:?} {:?} {}", it.rule.code, it.frame, it.message));
            let mut captures = report.captures.clone();
            captures
                .iter_mut()
                .for_each(|capture| capture.quiet.clear());
            format!(
                "{:?} {:?} {}",
                found.collect::<Vec<_>>(),
                captures,
                report.connections()
            )
        };
        assert_eq!(text(&report), text(&counted));
    }
    report
}

pub fn accusations(report: &Report) -> impl Iterator<Item = &Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.blame == Blame::Endpoint)
}

pub fn describe(seed: u64, tap: usize, finding: &Finding, record: &Record) -> String {
    format!(
        "seed {seed}, tap {}, frame {:?}: {} {:?} against {:?}: {} (expected {:?}, seen {:?}, evidence {:?}, alibi {:?})\n{}",
        TAPS[tap],
        finding.frame,
        finding.rule.name,
        finding.proof,
        finding.endpoint,
        finding.message,
        finding.expected,
        finding.seen,
        finding.evidence,
        finding.alibi,
        excerpt(record, finding.frame.unwrap_or(1), 12)
    )
}

/// What a sweep over seeds brought.
#[derive(Debug, Default)]
pub struct Outcome {
    pub segments: usize,
    pub weak: usize,
    pub just: usize,
    /// Seeds whose traffic was cut off because it did not end by itself.
    pub endless: usize,
    /// Accusations, described.
    pub accused: Vec<String>,
    /// How often the tool told of what, to see that the traffic has everything in it.
    pub told: BTreeMap<String, usize>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stronger = self.accused.len() - self.weak;
        write!(
            f,
            "{} segments, {} weak, {stronger} stronger, {} proven by hand, {} cut off; told {:?}",
            self.segments, self.weak, self.just, self.endless, self.told
        )
    }
}

/// Analyses every tap of the traffic of all seeds; accusations by the rules `proven` are known to be just.
pub fn sweep(
    seeds: std::ops::Range<u64>,
    traffic: fn(u64) -> [Record; 3],
    settings: &Settings,
    proven: &[&str],
) -> Outcome {
    let mut outcome = Outcome::default();
    for seed in seeds {
        let taps = traffic(seed);
        outcome.endless += usize::from(taps.iter().any(|tap| tap.len() >= MOST));
        for (tap, record) in taps.iter().enumerate() {
            outcome.segments += record.len();
            let report = analyze(record, settings);
            for flow in &report.flows {
                let told = [
                    format!("{:?}", flow.handshake),
                    format!("{:?}", flow.release),
                ];
                for word in told
                    .into_iter()
                    .chain(flow.tags.iter().map(ToString::to_string))
                {
                    *outcome.told.entry(word).or_default() += 1;
                }
            }
            for finding in accusations(&report) {
                if proven.contains(&finding.rule.name) {
                    outcome.just += 1;
                    continue;
                }
                outcome.weak += usize::from(finding.proof == Proof::Weak);
                outcome.accused.push(describe(seed, tap, finding, record));
            }
        }
    }
    outcome
}

/// `LAB_SEED=n` narrows a sweep to one seed, `LAB_SEEDS=n` sets how many.
pub fn seeds(count: u64) -> std::ops::Range<u64> {
    let read = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().expect("a number"))
    };
    match read("LAB_SEED") {
        Some(seed) => seed..seed + 1,
        // Without optimisation the same minute holds fewer of them.
        None => {
            0..read("LAB_SEEDS").unwrap_or(if cfg!(debug_assertions) {
                count / 5
            } else {
                count
            })
        }
    }
}

#[test]
fn nobody_is_accused_between_reference_endpoints() {
    let start = std::time::Instant::now();
    let outcome = sweep(seeds(200), reference_pair, &Settings::default(), &[]);
    println!("{outcome}, {:?}", start.elapsed());
    assert!(outcome.accused.is_empty(), "{}", outcome.accused.join("\n"));
}

#[test]
fn nobody_is_accused_between_smoltcp_endpoints() {
    let start = std::time::Instant::now();
    let outcome = sweep(seeds(200), smoltcp_pair, &SMOLTCP, &PROVEN);
    println!("{outcome}, {:?}", start.elapsed());
    assert!(outcome.accused.is_empty(), "{}", outcome.accused.join("\n"));
}

/// What the user says about the tap is a licence for more, and still nobody is accused.
#[test]
fn nobody_is_accused_where_the_tap_is_told() {
    let mut segments = 0;
    for seed in seeds(400) {
        let world = one_connection(seed);
        for (tap, told) in [(0, Tap::Client), (2, Tap::Server)] {
            let settings = Settings {
                tap: told,
                ..Settings::default()
            };
            let report = analyze(&world.taps[tap], &settings);
            segments += world.taps[tap].len();
            let accused: Vec<String> = accusations(&report)
                .map(|finding| describe(seed, tap, finding, &world.taps[tap]))
                .collect();
            assert!(accused.is_empty(), "{}", accused.join("\n"));
        }
    }
    println!("{segments} segments");
}

/// What the tool found in smoltcp 0.12, shown to be true by hand. The accusation has to stay.
#[test]
fn the_known_faults_of_smoltcp_are_found() {
    let found = |rule: &str| {
        (0..200).any(|seed| {
            let taps = smoltcp_hosts(seed, false);
            taps.iter().any(|record| {
                let report = analyze(record, &SMOLTCP);
                accusations(&report).any(|finding| finding.rule.name == rule)
            })
        })
    };
    // A keep-alive octet on the number of its own unacknowledged FIN (MUST-26).
    assert!(found("data-after-fin"));
    // CLOSE in SYN-RECEIVED: the FIN is repeated with the number of the SYN.
    assert!(found("fin-seq-conflict"));
    // The user timeout ends TIME-WAIT.
    assert!(found("early-time-wait-exit"));
}

/// A million segments and more of both kinds at three taps.
#[test]
#[ignore = "takes minutes"]
fn nobody_is_accused_in_the_long_run() {
    for (traffic, settings, proven) in [
        (
            reference_pair as fn(u64) -> [Record; 3],
            Settings::default(),
            &[][..],
        ),
        (smoltcp_pair, SMOLTCP, &PROVEN[..]),
    ] {
        let start = std::time::Instant::now();
        let outcome = sweep(seeds(20_000), traffic, &settings, proven);
        println!("{outcome}, {:?}", start.elapsed());
        assert!(outcome.accused.is_empty(), "{}", outcome.accused.join("\n"));
    }
}

/// Seeds that once brought an accusation.
const ONCE_ACCUSED: [u64; 27] = [
    19, 47, 145, 788, 1565, 1597, 1669, 1694, 1759, 1968, 2133, 2148, 2605, 4229, 4610, 4881, 5218,
    5536, 5579, 5713, 6884, 6901, 7267, 7825, 14, 32, 55,
];

#[test]
fn nobody_is_accused_any_more() {
    for seed in ONCE_ACCUSED {
        let outcome = sweep(seed..seed + 1, reference_pair, &Settings::default(), &[]);
        assert!(outcome.accused.is_empty(), "{}", outcome.accused.join("\n"));
    }
}

/// Prints what each tap recorded with `LAB_SEED=n`, with `LAB_FRAME=m` around that frame.
#[test]
fn show() {
    let read = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let (Some(seed), Some(frame)) = (read("LAB_SEED"), read("LAB_FRAME")) else {
        return;
    };
    let tap = read("LAB_TAP").unwrap_or(1) as usize;
    let pair = if std::env::var_os("LAB_SMOLTCP").is_some() {
        smoltcp_pair
    } else {
        reference_pair
    };
    let record = &pair(seed)[tap];
    println!(
        "{}",
        excerpt(record, frame, read("LAB_AROUND").unwrap_or(40) as usize)
    );
}
