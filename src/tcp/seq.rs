//! Sequence numbers: what is on the wire (no order) and what it means (ordered), RFC 9293 section 3.4.
//!
//! A [`SeqNum`] wraps at 2^32 and therefore has no order. A [`Seq`] counts octets from the initial sequence number
//! (the SYN is octet 0, the first data octet is 1) and is ordered. An [`Anchor`] is the only door between the two.
//! The type parameter keeps an endpoint's own numbers ([`Local`]) apart from its peer's ([`Foreign`]).

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Sub};

/// A sequence or acknowledgment number as a header carries it. Deliberately without an order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub struct SeqNum(pub u32);

impl SeqNum {
    /// The signed distance from `other` to `self`, the short way around the circle (serial arithmetic mod 2^32).
    pub const fn distance_from(self, other: Self) -> i32 {
        self.0.wrapping_sub(other.0).cast_signed()
    }

    /// The number `octets` further on.
    #[must_use]
    pub const fn advance(self, octets: u32) -> Self {
        Self(self.0.wrapping_add(octets))
    }
}

impl fmt::Display for SeqNum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The sequence space of the endpoint under judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Local {}

/// The sequence space of its peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Foreign {}

/// A number in one sequence space, unwrapped: octets from the initial sequence number.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(bound = "", transparent)]
pub struct Seq<Space>(i64, PhantomData<Space>);

impl<Space> Clone for Seq<Space> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Space> Copy for Seq<Space> {}

impl<Space> Default for Seq<Space> {
    fn default() -> Self {
        Self::SYN
    }
}

impl<Space> Seq<Space> {
    /// The SYN's own place.
    pub const SYN: Self = Self(0, PhantomData);
    /// The first octet after the SYN.
    pub const FIRST: Self = Self(1, PhantomData);

    /// From a relative number, as reports print it.
    pub const fn relative(octets: i64) -> Self {
        Self(octets, PhantomData)
    }

    /// The relative number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl Seq<Local> {
    /// The same number as the peer sees it.
    pub const fn across(self) -> Seq<Foreign> {
        Seq(self.0, PhantomData)
    }
}

impl Seq<Foreign> {
    /// The same number as its owner sees it.
    pub const fn across(self) -> Seq<Local> {
        Seq(self.0, PhantomData)
    }
}

impl<Space> Add<i64> for Seq<Space> {
    type Output = Self;
    fn add(self, octets: i64) -> Self {
        Self(self.0.saturating_add(octets), PhantomData)
    }
}

impl<Space> Sub<i64> for Seq<Space> {
    type Output = Self;
    fn sub(self, octets: i64) -> Self {
        Self(self.0.saturating_sub(octets), PhantomData)
    }
}

impl<Space> Sub for Seq<Space> {
    type Output = i64;
    fn sub(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0)
    }
}

impl<Space> fmt::Display for Seq<Space> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<Space> fmt::Debug for Seq<Space> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a sequence space begins on the wire: the number that [`Seq::SYN`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
pub struct Anchor(SeqNum);

impl Anchor {
    /// The space whose SYN carries (or would have carried) `iss`.
    pub const fn at(iss: SeqNum) -> Self {
        Self(iss)
    }

    /// The wire number of the SYN.
    pub const fn iss(self) -> SeqNum {
        self.0
    }

    /// The unwrapped number nearest to `near` that `wire` can stand for. Ambiguous only beyond 2^31 octets from `near`.
    pub fn unwrap<Space>(self, wire: SeqNum, near: Seq<Space>) -> Seq<Space> {
        let here = self.wrap(near);
        near + i64::from(wire.distance_from(here))
    }

    /// The wire number of `seq`.
    pub fn wrap<Space>(self, seq: Seq<Space>) -> SeqNum {
        let low = u32::try_from(seq.0.rem_euclid(1 << 32)).unwrap_or(0);
        self.0.advance(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwraps_across_the_end_of_the_circle() {
        let anchor = Anchor::at(SeqNum(u32::MAX - 4));
        let near: Seq<Local> = Seq::FIRST;
        assert_eq!(anchor.unwrap(SeqNum(10), near), Seq::relative(15));
        assert_eq!(anchor.unwrap(SeqNum(u32::MAX - 5), near), Seq::relative(-1));
    }

    #[test]
    fn wrap_is_the_inverse_of_unwrap_after_many_circles() {
        let anchor = Anchor::at(SeqNum(7));
        for octets in [0, 1, -3, (1 << 32) + 9, 5 * (1i64 << 32) - 1] {
            let seq: Seq<Foreign> = Seq::relative(octets);
            assert_eq!(anchor.unwrap(anchor.wrap(seq), seq), seq);
        }
    }

    #[test]
    fn distance_is_serial() {
        assert_eq!(SeqNum(2).distance_from(SeqNum(u32::MAX)), 3);
        assert_eq!(SeqNum(u32::MAX).distance_from(SeqNum(2)), -3);
    }
}
