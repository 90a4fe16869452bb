//! Sets of sequence numbers as sorted, disjoint, non-adjacent half-open ranges `[left, right)`.

use super::seq::Seq;

/// A set of octets of one sequence space.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(bound = "")]
pub struct Ranges<Space>(Vec<(Seq<Space>, Seq<Space>)>);

impl<Space> Default for Ranges<Space> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Space: PartialEq + Ord> Ranges<Space> {
    /// Adds `[left, right)`; an empty or inverted range adds nothing. Returns how many octets were new.
    pub fn insert(&mut self, left: Seq<Space>, right: Seq<Space>) -> i64 {
        if right <= left {
            return 0;
        }
        if let Some((_, end)) = self.0.last_mut()
            && *end == left
        {
            // A stream in order.
            *end = right;
            return right - left;
        }
        let begin = self.0.partition_point(|&(_, r)| r < left);
        let end = self.0.partition_point(|&(l, _)| l <= right);
        let touched = self.0.get(begin..end).unwrap_or_default();
        let covered: i64 = touched
            .iter()
            .map(|&(l, r)| (r.min(right) - l.max(left)).max(0))
            .sum();
        let low = touched.first().map_or(left, |&(l, _)| l.min(left));
        let high = touched.last().map_or(right, |&(_, r)| r.max(right));
        self.0.splice(begin..end, [(low, high)]);
        (right - left) - covered
    }

    /// The end of the run that holds `from`, or `from` itself when it is not in the set.
    pub fn prefix_end(&self, from: Seq<Space>) -> Seq<Space> {
        self.run_of(from).map_or(from, |(_, right)| right)
    }

    /// Whether every octet of `[left, right)` is in the set (an empty range always is).
    pub fn covers(&self, left: Seq<Space>, right: Seq<Space>) -> bool {
        right <= left || self.run_of(left).is_some_and(|(_, end)| right <= end)
    }

    /// Whether any octet of `[left, right)` is in the set.
    pub fn touches(&self, left: Seq<Space>, right: Seq<Space>) -> bool {
        let at = self.0.partition_point(|&(_, r)| r <= left);
        left < right && self.0.get(at).is_some_and(|&(l, _)| l < right)
    }

    /// How many octets of `[left, right)` are in the set.
    pub fn count_in(&self, left: Seq<Space>, right: Seq<Space>) -> i64 {
        self.0
            .iter()
            .map(|&(l, r)| (r.min(right) - l.max(left)).max(0))
            .sum()
    }

    /// The holes of `[left, right)`: what is not in the set, in order.
    pub fn holes(&self, left: Seq<Space>, right: Seq<Space>) -> Vec<(Seq<Space>, Seq<Space>)> {
        let mut holes = Vec::new();
        let mut at = left;
        for &(l, r) in &self.0 {
            if l >= right {
                break;
            }
            if l > at {
                holes.push((at, l));
            }
            at = at.max(r);
        }
        if at < right {
            holes.push((at, right));
        }
        holes
    }

    /// Renumbers every octet: the beginning of the space was known by a guess only.
    pub fn shift(&mut self, by: i64) {
        for (left, right) in &mut self.0 {
            (*left, *right) = (*left + by, *right + by);
        }
    }

    /// The ranges in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Seq<Space>, Seq<Space>)> {
        self.0.iter().copied()
    }

    /// How many separate ranges there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is in the set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The right end of the highest range.
    pub fn end(&self) -> Option<Seq<Space>> {
        self.0.last().map(|&(_, right)| right)
    }

    /// The left end of the lowest range.
    pub fn start(&self) -> Option<Seq<Space>> {
        self.0.first().map(|&(left, _)| left)
    }

    /// Closes the lowest hole, for state that must stay bounded. Returns the hole.
    pub fn close_lowest_hole(&mut self) -> Option<(Seq<Space>, Seq<Space>)> {
        let (&(low, left), &(right, high)) = (self.0.first()?, self.0.get(1)?);
        self.0.splice(0..2, [(low, high)]);
        Some((left, right))
    }

    fn run_of(&self, octet: Seq<Space>) -> Option<(Seq<Space>, Seq<Space>)> {
        let at = self.0.partition_point(|&(_, r)| r <= octet);
        self.0.get(at).copied().filter(|&(left, _)| left <= octet)
    }
}

#[cfg(test)]
mod tests {
    use super::super::seq::Local;
    use super::*;
    use proptest::prelude::*;

    fn seq(octets: i64) -> Seq<Local> {
        Seq::relative(octets)
    }

    #[test]
    fn adjacent_ranges_join() {
        let mut set = Ranges::default();
        assert_eq!(set.insert(seq(1), seq(5)), 4);
        assert_eq!(set.insert(seq(9), seq(12)), 3);
        assert_eq!(set.insert(seq(5), seq(9)), 4);
        assert_eq!(set.iter().collect::<Vec<_>>(), [(seq(1), seq(12))]);
        assert_eq!(set.insert(seq(0), seq(20)), 9);
    }

    proptest! {
        #[test]
        fn agrees_with_a_set_of_octets(inserts in proptest::collection::vec((0i64..60, 0i64..12), 0..20), probe in (0i64..70, 0i64..20)) {
            let mut set = Ranges::default();
            let mut octets = std::collections::BTreeSet::new();
            for (left, size) in inserts {
                let before = octets.len();
                octets.extend(left..left + size);
                prop_assert_eq!(set.insert(seq(left), seq(left + size)), i64::try_from(octets.len() - before).unwrap());
            }
            let (left, right) = (probe.0, probe.0 + probe.1);
            let inside = (left..right).filter(|o| octets.contains(o)).count();
            prop_assert_eq!(set.covers(seq(left), seq(right)), inside == usize::try_from(right - left).unwrap());
            prop_assert_eq!(set.touches(seq(left), seq(right)), inside > 0);
            prop_assert_eq!(set.count_in(seq(left), seq(right)), i64::try_from(inside).unwrap());
            let hole: i64 = set.holes(seq(left), seq(right)).iter().map(|(l, r)| *r - *l).sum();
            prop_assert_eq!(hole, right - left - i64::try_from(inside).unwrap());
            prop_assert!(set.iter().zip(set.iter().skip(1)).all(|((_, r), (l, _))| r < l));
        }
    }
}
