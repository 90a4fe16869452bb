//! A variable of an endpoint that the record only bounds.
//!
//! There is no accessor that collapses the two bounds into one value: every question has to say whether it asks for
//! what surely holds or for what may hold, so that soundness can be read off the call.

/// A hidden value that only grows: at least `proven`, at most `possible` (`None`: nothing bounds it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Hidden<T> {
    proven: T,
    possible: Option<T>,
}

impl<T: Copy + Ord> Hidden<T> {
    /// Between `proven` and `possible`. Evidence wins: a `possible` below `proven` is raised to it.
    pub fn between(proven: T, possible: T) -> Self {
        Self {
            proven,
            possible: Some(possible.max(proven)),
        }
    }

    /// At least `proven`, with no upper bound on the record.
    pub const fn at_least(proven: T) -> Self {
        Self {
            proven,
            possible: None,
        }
    }

    /// The endpoint's own output proves that the value is at least `value`. What is proven is possible.
    pub fn prove(&mut self, value: T) {
        self.proven = self.proven.max(value);
        self.possible = self.possible.map(|possible| possible.max(self.proven));
    }

    /// The record permits that the value has come up to `value`.
    pub fn permit(&mut self, value: T) {
        self.possible = self.possible.map(|possible| possible.max(value));
    }

    /// Whether every value that `other` may have is one that this may have.
    pub fn covers(&self, other: &Self) -> bool {
        let below = match (self.possible, other.possible) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(other)) => other <= own,
        };
        self.proven <= other.proven && below
    }

    /// Whether the value is below `limit` whatever was delivered.
    pub fn surely_lt(&self, limit: T) -> bool {
        self.possible.is_some_and(|possible| possible < limit)
    }

    /// Whether some delivery puts the value at `limit` or above.
    pub fn may_ge(&self, limit: T) -> bool {
        !self.surely_lt(limit)
    }

    /// Whether some delivery puts the value at `limit` or below.
    pub fn may_le(&self, limit: T) -> bool {
        self.proven <= limit
    }

    /// Whether the value is at `limit` or above whatever was delivered.
    pub fn surely_ge(&self, limit: T) -> bool {
        self.proven >= limit
    }

    /// Whether some delivery makes the value exactly `value`.
    pub fn may_be(&self, value: T) -> bool {
        self.may_le(value) && self.may_ge(value)
    }

    /// The least that the endpoint's own output proves. For messages; a guard asks `may_` or `surely_`.
    pub const fn proven(&self) -> T {
        self.proven
    }

    /// The most that the record permits, where it bounds the value. For messages.
    pub const fn possible(&self) -> Option<T> {
        self.possible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_answer_may_and_surely() {
        let hidden = Hidden::between(3, 7);
        assert!(hidden.may_be(3) && hidden.may_be(7) && !hidden.may_be(8) && !hidden.may_be(2));
        assert!(
            hidden.surely_lt(8)
                && !hidden.surely_lt(7)
                && hidden.surely_ge(3)
                && !hidden.surely_ge(4)
        );
    }

    #[test]
    fn unbounded_may_be_anything_above() {
        let hidden = Hidden::at_least(3);
        assert!(hidden.may_ge(i64::MAX) && !hidden.surely_lt(i64::MAX) && !hidden.may_le(2));
    }

    #[test]
    fn evidence_outranks_the_record() {
        assert!(Hidden::between(9, 4).may_be(9));
    }
}
