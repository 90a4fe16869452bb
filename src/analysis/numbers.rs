//! The numbers of connections, by their first frames. Of those that are only counted nothing may stay, however many an endless
//! stream brings; so each is struck off, and what stays is how many were struck between two that are still there.

/// The first frames of connections that may yet be listed, with what was struck off before each of them. The record is
/// taken in by epochs: all connections of one begin before all of the next.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    firsts: Vec<u64>,
    /// How many were struck off since the one before, for each of `firsts`; those at the end are left out, and are zero.
    gaps: Vec<u32>,
    /// How many began after all of them.
    behind: u64,
    /// Struck off, but still among `firsts`.
    gone: Vec<u64>,
}

impl Numbers {
    /// Takes in the connections that began in the last epoch, and strikes off those that were only counted.
    pub(super) fn close(&mut self, mut begun: Vec<u64>, gone: impl IntoIterator<Item = u64>) {
        begun.sort_unstable();
        if self.behind > 0 && !begun.is_empty() {
            self.gaps.resize(self.firsts.len(), 0);
            self.gaps
                .push(u32::try_from(self.behind).unwrap_or(u32::MAX));
            self.behind = 0;
        }
        self.firsts.reserve_exact(begun.len());
        self.firsts.extend(begun);
        self.gone.extend(gone);
        // Only where it is worth to look at all that stay.
        if self.gone.len() > self.firsts.len() / 2 {
            self.strike();
        }
    }

    fn strike(&mut self) {
        let mut gone = std::mem::take(&mut self.gone);
        gone.sort_unstable();
        let mut gone = gone.into_iter().peekable();
        let mut struck: u64 = 0;
        let mut kept = 0;
        self.gaps.resize(self.firsts.len(), 0);
        for at in 0..self.firsts.len() {
            let (Some(&first), Some(&gap)) = (self.firsts.get(at), self.gaps.get(at)) else {
                break;
            };
            struck += u64::from(gap);
            while gone.next_if(|&other| other < first).is_some() {
                struck += 1;
            }
            if gone.next_if_eq(&first).is_some() {
                struck += 1;
                continue;
            }
            if let (Some(to), Some(before)) = (self.firsts.get_mut(kept), self.gaps.get_mut(kept)) {
                *to = first;
                *before = u32::try_from(struck).unwrap_or(u32::MAX);
            }
            kept += 1;
            struck = 0;
        }
        self.firsts.truncate(kept);
        self.gaps.truncate(kept);
        self.firsts.shrink_to(kept.saturating_mul(2));
        self.gaps.shrink_to(kept.saturating_mul(2));
        self.behind += struck + u64::try_from(gone.count()).unwrap_or(0);
    }

    /// How many of those that were struck off began before each of some connections, which come in their order; call when the record
    /// has ended.
    pub(super) fn sweep(mut self) -> impl FnMut(u64) -> u64 {
        self.strike();
        let (mut at, mut before) = (0, 0);
        move |first| {
            while self.firsts.get(at).is_some_and(|&known| known <= first) {
                before += self.gaps.get(at).copied().map_or(0, u64::from);
                at += 1;
            }
            let last =
                at == self.firsts.len() && self.firsts.last().is_none_or(|&known| known < first);
            before + if last { self.behind } else { 0 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against keeping all of them.
        #[test]
        fn what_was_struck_off_still_counts(
            epochs in proptest::collection::vec((proptest::collection::vec(any::<(bool, u8)>(), 0..40), any::<bool>()), 1..12),
        ) {
            let (mut numbers, mut frame) = (Numbers::default(), 0);
            let (mut struck, mut stay, mut late) = (Vec::new(), Vec::new(), Vec::new());
            for (connections, lets_go) in epochs {
                let mut begun = Vec::new();
                let mut gone: Vec<u64> = Vec::new();
                for (counted, step) in connections {
                    frame += 1 + u64::from(step);
                    begun.push(frame);
                    match (counted, step % 3) {
                        (true, 0) => late.push(frame),
                        (true, _) => gone.push(frame),
                        (false, _) => stay.push(frame),
                    }
                }
                if lets_go {
                    gone.append(&mut late);
                }
                gone.reverse();
                struck.extend(gone.iter().copied());
                begun.reverse();
                numbers.close(begun, gone);
            }
            let mut before = numbers.sweep();
            for first in stay {
                let all = struck.iter().filter(|other| **other < first).count();
                prop_assert_eq!(before(first), all as u64);
            }
        }
    }

    #[test]
    fn what_stays_is_bounded_by_what_may_be_listed() {
        let mut numbers = Numbers::default();
        for epoch in 0..1_000_u64 {
            let begun: Vec<u64> = (epoch * 100..(epoch + 1) * 100).collect();
            let gone = begun.clone();
            numbers.close(begun, gone);
        }
        assert!(
            numbers.firsts.capacity() < 1_000,
            "{}",
            numbers.firsts.capacity()
        );
        assert!(numbers.gaps.capacity() < 1_000);
        assert!(numbers.gone.capacity() < 1_000);
    }
}
