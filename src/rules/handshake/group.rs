//! Addresses that are not one host's.

use std::net::IpAddr;

/// Multicast or broadcast, or no address at all.
pub fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_multicast() || address.is_broadcast() || address.is_unspecified()
        }
        IpAddr::V6(address) => address.is_multicast() || address.is_unspecified(),
    }
}
