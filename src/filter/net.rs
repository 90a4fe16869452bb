//! A range of addresses: an address and how many of its bits count.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An address and a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    address: IpAddr,
    mask: IpAddr,
}

impl Net {
    /// One address.
    pub fn host(address: IpAddr) -> Self {
        let mask = match address {
            IpAddr::V4(_) => Ipv4Addr::BROADCAST.into(),
            IpAddr::V6(_) => Ipv6Addr::from_bits(u128::MAX).into(),
        };
        Self { address, mask }
    }

    /// The addresses that agree with `address` where `mask` has a bit; `None` where the address has others, or the versions differ.
    pub fn masked(address: IpAddr, mask: IpAddr) -> Option<Self> {
        let net = Self { address, mask };
        net.contains(address).then_some(net)
    }

    /// The addresses that agree with `address` in its first `length` bits; `None` where it has others, or not so many.
    pub fn prefix(address: IpAddr, length: usize) -> Option<Self> {
        Self::masked(address, mask(address, length)?)
    }

    /// Whether an address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (address, self.address, self.mask) {
            (IpAddr::V4(address), IpAddr::V4(net), IpAddr::V4(mask)) => {
                address.to_bits() & mask.to_bits() == net.to_bits()
            }
            (IpAddr::V6(address), IpAddr::V6(net), IpAddr::V6(mask)) => {
                address.to_bits() & mask.to_bits() == net.to_bits()
            }
            _ => false,
        }
    }

    /// Whether they are addresses of IPv4.
    pub const fn is_ipv4(&self) -> bool {
        self.address.is_ipv4()
    }
}

/// The mask of that many bits, if the address has so many.
pub(super) fn mask(address: IpAddr, length: usize) -> Option<IpAddr> {
    let length = u32::try_from(length).ok()?;
    match address {
        IpAddr::V4(_) if length <= 32 => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            Some(IpAddr::V4(Ipv4Addr::from_bits(mask)))
        }
        IpAddr::V6(_) if length <= 128 => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            Some(IpAddr::V6(Ipv6Addr::from_bits(mask)))
        }
        _ => None,
    }
}

impl FromStr for Net {
    type Err = String;

    /// `10.0.0.0/8`, `10.0.0.1`, `2001:db8::/32`
    fn from_str(text: &str) -> Result<Self, String> {
        let (address, length) = text.split_once('/').unwrap_or((text, ""));
        let wrong = || format!("'{text}' is no net, like 10.0.0.0/8 or 2001:db8::/32");
        let address = address.parse().map_err(|_| wrong())?;
        if !text.contains('/') {
            return Ok(Self::host(address));
        }
        let length = length.parse().map_err(|_| wrong())?;
        Self::prefix(address, length)
            .ok_or_else(|| format!("'{text}' has bits set behind its prefix, or no such prefix"))
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = match self.mask {
            IpAddr::V4(mask) => mask.to_bits().count_ones(),
            IpAddr::V6(mask) => mask.to_bits().count_ones(),
        };
        write!(f, "{}/{bits}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nets_are_read_and_hold_their_addresses() {
        let net: Net = "10.1.0.0/16".parse().unwrap();
        assert!(net.contains("10.1.200.3".parse().unwrap()));
        assert!(!net.contains("10.2.0.1".parse().unwrap()));
        assert!(!net.contains("::ffff:10.1.0.1".parse().unwrap()));
        assert_eq!(net.to_string(), "10.1.0.0/16");
        assert!(
            "::/0"
                .parse::<Net>()
                .unwrap()
                .contains("2001:db8::1".parse().unwrap())
        );
        for wrong in ["", "10", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "host"] {
            assert!(wrong.parse::<Net>().is_err(), "{wrong}");
        }
    }
}
