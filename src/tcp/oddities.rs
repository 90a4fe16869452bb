//! What is odd about an option field that can be read all the same. Facts of one header, no judgement.

/// A set of oddities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Oddities(u8);

impl Oddities {
    /// Something other than zero after the end of the list (RFC 9293 section 3.1, MUST-69).
    pub const PADDING: Self = Self(1);
    /// Two options of one kind that makes sense once only.
    pub const REPEATED: Self = Self(2);
    /// A Fast Open cookie of an odd length, or of one outside of 4 to 16 octets (RFC 7413 section 4.1.1).
    pub const FAST_OPEN: Self = Self(4);
    /// A user timeout of other than four octets (RFC 5482 section 3.1).
    pub const USER_TIMEOUT: Self = Self(8);
    /// An accurate ECN option of other than 2, 5, 8 or 11 octets (RFC 9768 section 3.2.3).
    pub const ACCURATE_ECN: Self = Self(16);
    /// An MD5 signature of other than 18 octets (RFC 2385), or a TCP-AO of less than 4 (RFC 5925 section 2.2).
    pub const SIGNATURE: Self = Self(32);
    /// Both authentication options (RFC 5925 section 2.2).
    pub const BOTH_SIGNATURES: Self = Self(64);

    /// Whether any of `other` is in the set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds `other`, where it holds.
    pub const fn note(&mut self, other: Self, holds: bool) {
        if holds {
            self.0 |= other.0;
        }
    }
}
