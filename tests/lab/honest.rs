//! Honest traffic: no tap may accuse an endpoint.

use super::path::{Record, SECOND, START, World, excerpt, pcap};
use super::reference::{Plan, Stack};
use super::rng::Rng;
use tcplint::analysis::{Settings, analyze_bytes};
use tcplint::finding::{Finding, Report};
use tcplint::rules::{Blame, Proof};

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
    world.run(START + 2_000 * SECOND, 4_000);
    world.taps
}

pub fn analyze(name: &str, record: &Record) -> Report {
    analyze_bytes(name, &pcap(record), &Settings::default()).expect("the pipeline reads its own captures")
}

pub fn accusations(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.blame == Blame::Endpoint)
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

/// Runs seeds and returns (segments, weak accusations, descriptions of the stronger ones).
pub fn sweep(seeds: std::ops::Range<u64>, traffic: fn(u64) -> [Record; 3]) -> (usize, usize, Vec<String>) {
    let (mut segments, mut weak, mut strong) = (0, 0, Vec::new());
    for seed in seeds {
        let taps = traffic(seed);
        for (tap, record) in taps.iter().enumerate() {
            segments += record.len();
            let report = analyze("lab", record);
            for finding in accusations(&report) {
                if finding.proof == Proof::Weak {
                    weak += 1;
                    if std::env::var_os("LAB_WEAK").is_some() {
                        println!("{}", describe(seed, tap, finding, record));
                    }
                } else {
                    strong.push(describe(seed, tap, finding, record));
                }
            }
        }
    }
    (segments, weak, strong)
}

/// `LAB_SEED=n` narrows a sweep to one seed, `LAB_SEEDS=n` sets how many.
fn seeds(count: u64) -> std::ops::Range<u64> {
    let read = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    match read("LAB_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..read("LAB_SEEDS").unwrap_or(count),
    }
}

#[test]
fn nobody_is_accused_between_reference_endpoints() {
    let start = std::time::Instant::now();
    let (segments, weak, strong) = sweep(seeds(200), reference_pair);
    println!("{segments} segments, {weak} weak, {} stronger, {:?}", strong.len(), start.elapsed());
    assert!(strong.is_empty(), "{}", strong.join("\n"));
}
