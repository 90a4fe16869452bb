//! The same honest traffic, recorded badly: frames deleted, repeated, swapped, the start cut off, one direction missing.

use super::honest::{TAPS, accusations, analyze, describe, reference_pair, seeds};
use super::packet::{ACK, Segment};
use super::path::{MILLI, Record};
use super::rng::Rng;
use tcplint::analysis::Settings;
use tcplint::finding::{Finding, Report};
use tcplint::rules::Proof;

/// How a recording is spoilt, and what may be said about it.
struct Tampering {
    name: &'static str,
    spoil: fn(&Record, &mut Rng) -> Record,
    /// Whether this accusation must not be there.
    forbidden: fn(&Finding) -> bool,
}

fn better_than_weak(finding: &Finding) -> bool {
    finding.proof > Proof::Weak
}

fn certain(finding: &Finding) -> bool {
    finding.proof == Proof::Certain
}

/// Every tampering on all taps of all seeds. Honest traffic has no accusation better than weak, so that any is new.
fn sweep(tampering: &Tampering, count: u64) {
    let (mut records, mut strong, mut bad) = (0, 0, Vec::new());
    for seed in seeds(count) {
        let taps = reference_pair(seed);
        let mut rng = Rng::new(seed ^ 0x7a3b);
        for (tap, record) in taps.iter().enumerate() {
            if record.len() < 4 || record.len() > 1_500 {
                continue;
            }
            for _ in 0..3 {
                let spoilt = (tampering.spoil)(record, &mut rng);
                let report = analyze(&spoilt, &Settings::default());
                records += 1;
                strong += accusations(&report)
                    .filter(|finding| better_than_weak(finding))
                    .count();
                let found = accusations(&report).filter(|finding| (tampering.forbidden)(finding));
                bad.extend(found.map(|finding| describe(seed, tap, finding, &spoilt)));
            }
        }
    }
    println!(
        "{}: {records} records, {strong} better than weak, {} forbidden",
        tampering.name,
        bad.len()
    );
    assert!(bad.is_empty(), "{}: {}", tampering.name, bad.join("\n"));
}

fn position(record: &Record, rng: &mut Rng) -> usize {
    // The ends of connections are where the handshakes are.
    let most = if rng.chance(0.5) {
        record.len().min(20)
    } else {
        record.len()
    };
    rng.below(most as u64) as usize
}

#[test]
fn a_missing_frame_is_no_certain_fault() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let mut spoilt = record.clone();
        spoilt.remove(position(record, rng));
        spoilt
    };
    sweep(
        &Tampering {
            name: "one deleted",
            spoil,
            forbidden: certain,
        },
        150,
    );
}

#[test]
fn a_missing_run_is_no_certain_fault() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let from = position(record, rng);
        let upto = (from + rng.between(2, 40) as usize).min(record.len());
        let mut spoilt = record.clone();
        spoilt.drain(from..upto);
        spoilt
    };
    sweep(
        &Tampering {
            name: "a run deleted",
            spoil,
            forbidden: certain,
        },
        150,
    );
}

#[test]
fn a_thinned_record_is_no_certain_fault() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let share = rng.pick(&[0.01, 0.1, 0.3]);
        record
            .iter()
            .filter(|_| !rng.chance(share))
            .cloned()
            .collect()
    };
    sweep(
        &Tampering {
            name: "thinned",
            spoil,
            forbidden: certain,
        },
        150,
    );
}

#[test]
fn a_frame_recorded_twice_says_nothing_new() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let at = position(record, rng);
        let mut spoilt = record.clone();
        spoilt.insert(at + 1, record[at].clone());
        spoilt
    };
    sweep(
        &Tampering {
            name: "one twice",
            spoil,
            forbidden: better_than_weak,
        },
        150,
    );
}

#[test]
fn a_record_taken_twice_says_nothing_new() {
    let spoil = |record: &Record, _: &mut Rng| {
        record
            .iter()
            .flat_map(|frame| [frame.clone(), frame.clone()])
            .collect()
    };
    sweep(
        &Tampering {
            name: "all twice",
            spoil,
            forbidden: better_than_weak,
        },
        50,
    );
}

#[test]
fn neighbours_swapped_say_nothing_new() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let mut spoilt = record.clone();
        let mut at = 0;
        while at + 1 < spoilt.len() {
            if spoilt[at + 1].0 - spoilt[at].0 < MILLI && rng.chance(0.1) {
                let (first, second) = (spoilt[at].0, spoilt[at + 1].0);
                spoilt.swap(at, at + 1);
                (spoilt[at].0, spoilt[at + 1].0) = (first, second);
                at += 1;
            }
            at += 1;
        }
        spoilt
    };
    sweep(
        &Tampering {
            name: "swapped",
            spoil,
            forbidden: better_than_weak,
        },
        150,
    );
}

#[test]
fn a_record_without_its_start_says_nothing_of_handshakes() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let from = position(record, rng);
        record[from..].to_vec()
    };
    sweep(
        &Tampering {
            name: "start cut off",
            spoil,
            forbidden: better_than_weak,
        },
        150,
    );
}

#[test]
fn one_direction_shows_no_absence() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let side = 1 + rng.below(2) as u8;
        record
            .iter()
            .filter(|(_, packet)| packet[15] == side)
            .cloned()
            .collect()
    };
    sweep(
        &Tampering {
            name: "one direction",
            spoil,
            forbidden: better_than_weak,
        },
        150,
    );
}

/// A tap inside of a box that numbers one side anew, or both: the ACKs, and the SACK blocks if the box knows of them, miss by constant offsets.
#[test]
fn a_box_that_renumbers_is_nobodys_fault() {
    let spoil = |record: &Record, rng: &mut Rng| {
        let mut offset = || rng.between(1 << 21, 0xffff_ffff - (1 << 21)) as u32;
        let by = [offset(), offset()];
        let by = rng.pick(&[[by[0], 0], [0, by[1]], by]);
        let knows_sack = rng.chance(0.7);
        let shifted = |(time, packet): &(u64, Vec<u8>)| {
            let mut segment = Segment::decode(packet);
            let from = usize::from(packet[15] == 2);
            if segment.has(ACK) {
                segment.ack = segment.ack.wrapping_add(by[from]);
                for (left, right) in segment.options.sack.iter_mut().filter(|_| knows_sack) {
                    (*left, *right) = (left.wrapping_add(by[from]), right.wrapping_add(by[from]));
                }
            }
            let id = u16::from_be_bytes([packet[4], packet[5]]);
            (*time, segment.encode(from, packet[8], id))
        };
        record.iter().map(shifted).collect()
    };
    sweep(
        &Tampering {
            name: "renumbered",
            spoil,
            forbidden: better_than_weak,
        },
        150,
    );
}

#[test]
fn the_same_octets_give_the_same_report() {
    let text = |report: &Report| {
        format!(
            "{:?} {:?} {:?}",
            report.captures, report.flows, report.findings
        )
    };
    for seed in seeds(30) {
        for (tap, record) in reference_pair(seed).iter().enumerate() {
            let [once, again] = [(), ()].map(|()| text(&analyze(record, &Settings::default())));
            assert_eq!(once, again, "seed {seed}, tap {}", TAPS[tap]);
        }
    }
}
