//! The values that options take, from text: connections, sizes, times, networks. Errors say what to write instead.

use crate::analysis::{HostProfile, Watch};
use crate::tcp::Profile;
use crate::time::Span;
use std::net::{IpAddr, SocketAddr};

/// A number, or two socket addresses with a hyphen between them.
pub(super) fn watch(text: &str) -> Result<Watch, String> {
    if let Ok(number) = text.parse() {
        return Ok(Watch::Number(number));
    }
    let address = |part: &str| part.parse::<SocketAddr>().ok();
    // An IPv6 zone may hold a hyphen too: the first split that gives two addresses counts.
    let pair = text.match_indices('-').find_map(|(at, _)| {
        let (a, b) = (text.get(..at)?, text.get(at + 1..)?);
        Some(Watch::Between(address(a)?, address(b)?))
    });
    pair.ok_or_else(|| "neither a number nor ADDRESS:PORT-ADDRESS:PORT".to_owned())
}

/// A number of threads, of which one at least must be.
pub(super) fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("one thread at least".to_owned()),
        Ok(jobs) => Ok(jobs),
        Err(_) => Err("write a whole number".to_owned()),
    }
}

/// `64M`, `2G`: a whole number of octets and its unit, by 1024.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "K" | "KiB" => 10,
        "M" | "MiB" => 20,
        "G" | "GiB" => 30,
        _ => return Err("write a whole number and K, M or G, like 64M".to_owned()),
    };
    let number: usize = number
        .parse()
        .map_err(|_| "write a whole number and its unit".to_owned())?;
    match number.checked_mul(1 << shift) {
        Some(0) => Err("must be more than nothing".to_owned()),
        Some(octets) => Ok(octets),
        None => Err("more than a machine has".to_owned()),
    }
}

/// A number of octets as [`size`] reads it.
pub(super) fn size_text(octets: usize) -> String {
    let units = [("G", 30), ("M", 20), ("K", 10)];
    let whole = |&&(_, shift): &&(&str, usize)| octets.trailing_zeros() as usize >= shift;
    let (unit, shift) = units.iter().find(whole).unwrap_or(&("K", 10));
    format!("{}{unit}", octets >> shift)
}

/// `linux`, or `10.0.0.0/8=linux`; an address alone is a network of one.
pub(super) fn host_profile(text: &str) -> Result<HostProfile, String> {
    let (network, name) = match text.split_once('=') {
        Some((network, name)) => (Some(network), name),
        None => (None, text),
    };
    let profile = Profile::from_name(name).ok_or_else(|| {
        let names = Profile::ALL.map(Profile::name).join(", ");
        format!("no profile has that name; there are {names}")
    })?;
    let network = network.map(self::network).transpose()?;
    Ok(HostProfile { network, profile })
}

/// An address and how many of its leading bits count.
fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let address: IpAddr = address
        .parse()
        .map_err(|_| format!("{address} is no IP address"))?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        None => width,
        Some(bits) => bits
            .parse()
            .ok()
            .filter(|bits| *bits <= width)
            .ok_or_else(|| format!("a prefix of {address} has 0 to {width} bits, not {bits}"))?,
    };
    Ok((address, bits))
}

/// `30s`, `2m`, `500ms`, `1h`: a whole number and its unit.
pub(super) fn duration(text: &str) -> Result<Span, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let nanos: i64 = match unit {
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" | "min" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return Err("write a whole number and ms, s, m or h, like 30s".to_owned()),
    };
    let number: i64 = number
        .parse()
        .map_err(|_| "write a whole number and its unit, like 30s".to_owned())?;
    match number.checked_mul(nanos) {
        Some(0) => Err("must be longer than nothing".to_owned()),
        Some(nanos) => Ok(Span::from_nanos(nanos)),
        None => Err("longer than a capture can be".to_owned()),
    }
}

/// `2026-12-31`
pub(super) fn date(text: &str) -> Result<jiff::civil::Date, String> {
    text.parse()
        .map_err(|_| "write a day, like 2026-12-31".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_need_a_unit() {
        assert_eq!(size("64M"), Ok(64 << 20));
        assert_eq!(size("1GiB"), Ok(1 << 30));
        for wrong in [
            "",
            "64",
            "M",
            "0M",
            "1.5G",
            "-1K",
            "64 M",
            "99999999999999999G",
        ] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn profiles_hold_for_all_hosts_or_for_a_network() {
        let of = |text| host_profile(text).map(|chosen| (chosen.network, chosen.profile));
        assert_eq!(of("linux"), Ok((None, Profile::Linux)));
        let ten = Some((IpAddr::from([10, 0, 0, 0]), 8));
        assert_eq!(of("10.0.0.0/8=windows"), Ok((ten, Profile::Windows)));
        let one = Some(("fd00::1".parse().unwrap(), 128));
        assert_eq!(of("fd00::1=zephyr"), Ok((one, Profile::Zephyr)));
        for wrong in [
            "",
            "plan9",
            "10.0.0.0/33=linux",
            "10.0.0/8=linux",
            "fd00::/129=rfc",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_need_a_unit_and_a_length() {
        assert_eq!(duration("500ms"), Ok(Span::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Span::from_secs(120)));
        for wrong in [
            "",
            "30",
            "s",
            "-1s",
            "1.5s",
            "0s",
            "9999999999h",
            "30 s",
            "٣s",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
