//! The states that `show` prints: whatever the path did, the true one of a host is among them at every segment of the tap at that host.

use super::honest::seeds;
use super::packet::ADDRESSES;
use super::path::{MICRO, SECOND, START, World, excerpt, pcap};
use super::reference::{Plan, Stack};
use super::rng::Rng;
use std::net::SocketAddr;
use std::path::Path;
use tcplint::analysis::{Settings, Watch, timeline};
use tcplint::capture::Reader;
use tcplint::tcp::StateSet;

/// The longest way between a host and its tap.
const WAY: u64 = 220 * MICRO;

/// One connection of one seed.
pub fn one_connection(seed: u64) -> World<Stack> {
    let mut rng = Rng::new(seed);
    let size = rng.pick(&[100, 5_000, 60_000]);
    let calm = rng.chance(0.5);
    let plan = |opens: u32| Plan::plain(opens, size, calm);
    let hosts = [
        Stack::new(0, plan(1), rng.fork(1)),
        Stack::new(1, plan(0), rng.fork(2)),
    ];
    let harsh = rng.pick(&[0.0, 0.5, 1.0]);
    let mut world = World::new(hosts, rng.fork(3), harsh);
    if rng.chance(0.3) {
        world = world.in_order();
    }
    world.run(START + 300 * SECOND, 1_000);
    world
}

/// What a host was in while a packet was between it and its tap.
fn around(history: &[(u64, StateSet)], now: u64) -> StateSet {
    let from = history
        .partition_point(|(since, _)| *since <= now - WAY)
        .max(1)
        - 1;
    let states = history[from..]
        .iter()
        .take_while(|(since, _)| *since <= now + WAY);
    states.fold(StateSet::EMPTY, |all, (_, states)| all.union(*states))
}

#[test]
fn the_true_state_is_always_among_those_shown() {
    let [first, second] = ADDRESSES.map(SocketAddr::from);
    let (mut steps, mut sizes, mut wrong) = (0_u64, 0_u64, Vec::new());
    for seed in seeds(300) {
        let world = one_connection(seed);
        for (host, tap) in [(0, 0), (1, 2)] {
            let record = &world.taps[tap];
            let octets = pcap(record);
            let open = || Reader::new(std::io::Cursor::new(octets.clone()), Path::new("lab"));
            let watch = Watch::Between(first, second);
            let report = timeline(open, "lab", &Settings::default(), watch).expect("it is read");
            // Where one SYN was answered twice, or came again later, the host may mean either.
            if report.flows.len() != 1 {
                continue;
            }
            let swapped = report.flows[0].first != first;
            for step in &report.steps {
                let shown = step.after[if swapped { 1 - host } else { host }];
                let now = record[step.frame as usize - 1].0;
                let truth = around(&world.histories[host], now);
                steps += 1;
                sizes += u64::from(shown.len());
                if shown.intersection(truth).is_empty() {
                    wrong.push(format!(
                        "seed {seed}, frame {}: host {host} is in {truth:?}, not {shown:?}\n{}",
                        step.frame,
                        excerpt(record, step.frame, 8)
                    ));
                }
            }
        }
    }
    println!(
        "{} of {steps} steps agree, mean size of the set {:.2}",
        steps - wrong.len() as u64,
        sizes as f64 / steps as f64
    );
    assert!(steps > 10_000 || std::env::var_os("LAB_SEED").is_some());
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
}
