//! Which profile holds for which host, as the user says. What a profile permits is in `tcp::profile`.

use crate::tcp::Profile;
use crate::time::Span;
use std::net::IpAddr;

/// Without a profile, a shorter stay than this is an error: the shortest of the systems in common use.
pub(super) const SHORTEST_TIME_WAIT: Span = Span::from_secs(30);

/// The longest standard TIME-WAIT, that of RFC 9293 section 3.4.2.
const LONGEST_TIME_WAIT: Span = Span::from_secs(240);

/// A profile for all hosts, or for those of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostProfile {
    /// The network: an address, and how many of its leading bits count.
    pub network: Option<(IpAddr, u8)>,
    /// What its hosts run.
    pub profile: Profile,
}

impl HostProfile {
    /// How many leading bits it asks for, if it holds for `host`; 0 if for all.
    fn holds_for(&self, host: IpAddr) -> Option<u8> {
        let Some((network, bits)) = self.network else {
            return Some(0);
        };
        let (network, host, width) = match (network, host.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(host)) => {
                (u32::from(network).into(), u32::from(host).into(), 32)
            }
            (IpAddr::V6(network), IpAddr::V6(host)) => (u128::from(network), u128::from(host), 128),
            _ => return None,
        };
        let rest = width - u32::from(bits).min(width);
        let alike = (network ^ host).checked_shr(rest).unwrap_or(0) == 0;
        alike.then_some(bits)
    }
}

/// What the user says about hosts and about the longest life of a segment.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    /// In the order given; the narrowest network wins, and of equals the last.
    pub hosts: Vec<HostProfile>,
    /// The maximum segment lifetime; outranks every profile's.
    pub msl: Option<Span>,
}

impl Profiles {
    /// The profile of a host.
    pub(super) fn of(&self, host: IpAddr) -> Option<Profile> {
        self.hosts
            .iter()
            .filter_map(|entry| Some((entry.holds_for(host)?, entry.profile)))
            .max_by_key(|(bits, _)| *bits)
            .map(|(_, profile)| profile)
    }

    /// What permits a stay in TIME-WAIT, in words; empty words if common practice does. `None` inside if nothing does, and outside if there is
    /// nothing to tell.
    #[allow(
        clippy::option_option,
        reason = "nothing to tell, and nothing permits it, are two things"
    )]
    pub(super) fn permit_stay(&self, dwell: Span, host: IpAddr) -> Option<Option<String>> {
        let chosen = self.time_wait(host);
        if dwell < chosen.unwrap_or(SHORTEST_TIME_WAIT) {
            return Some(None);
        }
        if dwell >= LONGEST_TIME_WAIT || self.msl.is_some() {
            return None;
        }
        let words = self.of(host).map(|profile| {
            let stay = time_wait(profile);
            format!("; the profile {} permits it: {stay}", profile.name())
        });
        Some(Some(words.unwrap_or_default()))
    }

    /// 2 MSL as the user chose it, for a host.
    pub(super) fn time_wait(&self, host: IpAddr) -> Option<Span> {
        let chosen = self
            .msl
            .map(|msl| Span::from_nanos(msl.nanos().saturating_mul(2)));
        chosen.or_else(|| self.of(host).map(time_wait))
    }
}

/// The largest standard 2 MSL that a stay satisfies.
pub(super) fn satisfied(dwell: Span) -> String {
    const STANDARDS: [(i64, &str); 5] = [
        (240, "RFC 9293 (240 s)"),
        (120, "Windows (120 s)"),
        (60, "Linux and BSD (60 s)"),
        (30, "macOS (30 s)"),
        (10, "smoltcp (10 s)"),
    ];
    match STANDARDS
        .iter()
        .find(|(secs, _)| dwell >= Span::from_secs(*secs))
    {
        Some((_, name)) => format!("short of RFC 9293's 240 s, satisfies {name}"),
        None => "short of every standard 2 MSL".into(),
    }
}

/// How long TIME-WAIT lasts under a profile.
fn time_wait(profile: Profile) -> Span {
    let nanos = profile.traits().time_wait.as_nanos();
    Span::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_network_wins() {
        let of = |network: Option<(&str, u8)>, profile| HostProfile {
            network: network.map(|(address, bits)| (address.parse().unwrap(), bits)),
            profile,
        };
        let profiles = Profiles {
            hosts: vec![
                of(Some(("10.1.0.0", 16)), Profile::Linux),
                of(None, Profile::Rfc),
                of(Some(("10.0.0.0", 8)), Profile::Windows),
                of(Some(("fd00::", 8)), Profile::FreeBsd),
                of(Some(("10.1.2.3", 32)), Profile::Zephyr),
            ],
            msl: None,
        };
        for (host, profile) in [
            ("10.1.2.4", Profile::Linux),
            ("10.1.2.3", Profile::Zephyr),
            ("10.2.0.1", Profile::Windows),
            ("11.0.0.1", Profile::Rfc),
            ("fd12::1", Profile::FreeBsd),
            ("fe80::1", Profile::Rfc),
        ] {
            assert_eq!(profiles.of(host.parse().unwrap()), Some(profile), "{host}");
        }
        assert_eq!(Profiles::default().of("10.0.0.1".parse().unwrap()), None);
    }
}
