//! TCP options (RFC 9293 section 3.2): a walker that passes over every kind it has no name for.
//!
//! etherparse stops at the first unknown kind; on the wire those stand before timestamps and SACK blocks as a rule.

use super::octets::be32;
use crate::tcp::{Oddities, Options, Reading, SackBlocks, SeqNum, TimestampOption};

/// The experiment identifier of Fast Open before it had a kind (RFC 7413 section 4.1.1).
const FAST_OPEN_EXPERIMENT: [u8; 2] = [0xf9, 0x89];

/// Reads `octets`, the part in the record of an option field of `declared` octets.
pub(super) fn read(octets: &[u8], declared: usize) -> Options {
    let mut options = Options::default();
    if let ([1, 1, 8, 10, value @ ..], 12) = (octets, declared)
        && let ([val, ecr], []) = value.as_chunks::<4>()
    {
        // What nearly every segment has, if anything.
        let [val, ecr] = [val, ecr].map(|number| u32::from_be_bytes(*number));
        options.timestamps = Some(TimestampOption { val, ecr });
        return options;
    }
    let mut at = 0usize;
    while let Some(kind) = octets.get(at) {
        match (kind, octets.get(at.saturating_add(1))) {
            (0, _) => {
                let padding = octets.get(at..).unwrap_or_default();
                let odd = padding.iter().any(|octet| *octet != 0);
                options.odd.note(Oddities::PADDING, odd);
                return options;
            }
            (1, _) => at = at.saturating_add(1),
            (_, None) => break,
            (kind, Some(length)) => {
                let end = at.saturating_add(usize::from(*length));
                if *length < 2 || end > declared {
                    options.reading = Reading::Malformed;
                    return options;
                }
                let Some(value) = octets.get(at.saturating_add(2)..end) else {
                    break;
                };
                if !take(&mut options, *kind, value) {
                    // The field can be walked on, but what this option was to say is not known.
                    options.reading = Reading::Malformed;
                }
                at = end;
            }
        }
    }
    if octets.len() < declared {
        options.reading = Reading::Cut;
    } else if at < declared {
        options.reading = Reading::Malformed;
    }
    options
}

/// Takes one option; false where its length is not the one that its kind has. The first of a kind counts.
fn take(options: &mut Options, kind: u8, value: &[u8]) -> bool {
    match (kind, value) {
        (2, [high, low]) => {
            options.odd.note(Oddities::REPEATED, options.mss.is_some());
            options.mss.get_or_insert(u16::from_be_bytes([*high, *low]));
        }
        (3, [shift]) => {
            options
                .odd
                .note(Oddities::REPEATED, options.window_scale.is_some());
            options.window_scale.get_or_insert(*shift);
        }
        (4, []) => {
            options.odd.note(Oddities::REPEATED, options.sack_permitted);
            options.sack_permitted = true;
        }
        (5, [_, ..]) if value.len().is_multiple_of(8) => {
            options
                .odd
                .note(Oddities::REPEATED, !options.sack.is_empty());
            if options.sack.is_empty() {
                options.sack = blocks(value);
            }
        }
        // Some stacks reserve the option and then have no block to report: nothing is said, nothing is hidden.
        (5, []) => {}
        (8, _) if value.len() == 8 => {
            options
                .odd
                .note(Oddities::REPEATED, options.timestamps.is_some());
            if let (Some(val), Some(ecr)) = (be32(value, 0), be32(value, 4)) {
                options
                    .timestamps
                    .get_or_insert(TimestampOption { val, ecr });
            }
        }
        (2..=5 | 8, _) => return false,
        (19 | 29, _) => signature(options, kind, value.len()),
        (30, [first, ..]) => {
            options.mptcp.get_or_insert(first >> 4);
        }
        (30, []) => return false,
        (34, cookie) => fast_open(options, cookie),
        (253 | 254, [high, low, cookie @ ..]) if [*high, *low] == FAST_OPEN_EXPERIMENT => {
            fast_open(options, cookie)
        }
        (28, _) => options.odd.note(Oddities::USER_TIMEOUT, value.len() != 2),
        (172 | 174, _) => {
            let fits = matches!(value.len(), 0 | 3 | 6 | 9);
            options.odd.note(Oddities::ACCURATE_ECN, !fits);
        }
        // TCP-ENO (RFC 8547): known, and nothing here reads it.
        (69, _) => {}
        _ => options.unknown_kind = true,
    }
    true
}

/// TCP-MD5 (kind 19, 18 octets) or TCP-AO (kind 29, at least 4). Which one it was shows in nothing else, so both at once are noted here.
fn signature(options: &mut Options, kind: u8, length: usize) {
    let fits = if kind == 19 {
        length == 16
    } else {
        length >= 2
    };
    options.odd.note(Oddities::SIGNATURE, !fits);
    options
        .odd
        .note(Oddities::BOTH_SIGNATURES, options.authenticated);
    options.authenticated = true;
}

fn fast_open(options: &mut Options, cookie: &[u8]) {
    let fits =
        cookie.is_empty() || (4..=16).contains(&cookie.len()) && cookie.len().is_multiple_of(2);
    options.odd.note(Oddities::FAST_OPEN, !fits);
    options
        .fast_open
        .get_or_insert(u8::try_from(cookie.len()).unwrap_or(u8::MAX));
}

fn blocks(value: &[u8]) -> SackBlocks {
    let (blocks, _) = value.as_chunks::<8>();
    let edges = |block: &[u8; 8]| Some((SeqNum(be32(block, 0)?), SeqNum(be32(block, 4)?)));
    blocks.iter().take(4).filter_map(edges).collect()
}
