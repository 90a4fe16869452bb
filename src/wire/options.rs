//! TCP options (RFC 9293 section 3.2): a walker that passes over every kind it has no name for.
//!
//! etherparse stops at the first unknown kind; on the wire those stand before timestamps and SACK blocks as a rule.

use super::octets::be32;
use crate::tcp::{Options, Reading, SeqNum, TimestampOption};

/// The experiment identifier of Fast Open before it had a kind (RFC 7413 section 4.1.1).
const FAST_OPEN_EXPERIMENT: [u8; 2] = [0xf9, 0x89];

/// Reads `octets`, the part in the record of an option field of `declared` octets.
pub(super) fn read(octets: &[u8], declared: usize) -> Options {
    let mut options = Options::default();
    let mut at = 0usize;
    while let Some(kind) = octets.get(at) {
        match (kind, octets.get(at.saturating_add(1))) {
            (0, _) => return options,
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
            options.mss.get_or_insert(u16::from_be_bytes([*high, *low]));
        }
        (3, [shift]) => {
            options.window_scale.get_or_insert(*shift);
        }
        (4, []) => options.sack_permitted = true,
        (5, [_, ..]) if value.len().is_multiple_of(8) => {
            if options.sack.is_empty() {
                options.sack = blocks(value);
            }
        }
        // Some stacks reserve the option and then have no block to report: nothing is said, nothing is hidden.
        (5, []) => {}
        (8, _) if value.len() == 8 => {
            if let (Some(val), Some(ecr)) = (be32(value, 0), be32(value, 4)) {
                options
                    .timestamps
                    .get_or_insert(TimestampOption { val, ecr });
            }
        }
        (2..=5 | 8, _) => return false,
        (19 | 29, _) => options.authenticated = true,
        (30, [first, ..]) => {
            options.mptcp.get_or_insert(first >> 4);
        }
        (30, []) => return false,
        (34, cookie) => fast_open(options, cookie),
        (253 | 254, [high, low, cookie @ ..]) if [*high, *low] == FAST_OPEN_EXPERIMENT => {
            fast_open(options, cookie)
        }
        // User timeout (RFC 5482), TCP-ENO (RFC 8547), accurate ECN (RFC 9768): known, and nothing here reads them.
        (28 | 69 | 172 | 174, _) => {}
        _ => options.unknown_kind = true,
    }
    true
}

fn fast_open(options: &mut Options, cookie: &[u8]) {
    options
        .fast_open
        .get_or_insert(u8::try_from(cookie.len()).unwrap_or(u8::MAX));
}

fn blocks(value: &[u8]) -> Vec<(SeqNum, SeqNum)> {
    let (blocks, _) = value.as_chunks::<8>();
    let edges = |block: &[u8; 8]| Some((SeqNum(be32(block, 0)?), SeqNum(be32(block, 4)?)));
    blocks.iter().take(4).filter_map(edges).collect()
}
