//! The way back after damage: looks for the next place that begins as a record does. The formats say what that is.

use super::source::Source;

/// How far a search goes before it is given up.
const FARTHEST: u64 = 64 * 1024 * 1024;

/// Moves to the first place behind the next octet where `plausible` holds; false where there is none.
pub(super) fn search(source: &mut Source, mut plausible: impl FnMut(&mut Source) -> bool) -> bool {
    let from = source.offset();
    while source.offset().saturating_sub(from) < FARTHEST {
        source.consume(1);
        if !source.fill(1) {
            return false;
        }
        if plausible(source) {
            return true;
        }
    }
    false
}
