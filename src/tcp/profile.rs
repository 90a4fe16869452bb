//! What known implementations choose where RFC 9293 leaves a choice: so far, how long TIME-WAIT lasts (section 3.4.2: the MSL is an
//! engineering choice). No rule reads a name from here, only the number.

use std::time::Duration;

/// A family of implementations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// RFC 9293 to the letter: MSL of two minutes.
    Rfc,
    /// Linux.
    Linux,
    /// FreeBSD.
    FreeBsd,
    /// macOS and its relatives.
    MacOs,
    /// Windows.
    Windows,
    /// Solaris and illumos.
    Solaris,
    /// Zephyr.
    Zephyr,
    /// smoltcp.
    Smoltcp,
    /// RFC 793 as it was written.
    Legacy793,
}

impl Profile {
    /// All profiles, in the order of the documents.
    pub const ALL: [Self; 9] = [
        Self::Rfc,
        Self::Linux,
        Self::FreeBsd,
        Self::MacOs,
        Self::Windows,
        Self::Solaris,
        Self::Zephyr,
        Self::Smoltcp,
        Self::Legacy793,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rfc => "rfc",
            Self::Linux => "linux",
            Self::FreeBsd => "freebsd",
            Self::MacOs => "macos",
            Self::Windows => "windows",
            Self::Solaris => "solaris",
            Self::Zephyr => "zephyr",
            Self::Smoltcp => "smoltcp",
            Self::Legacy793 => "legacy793",
        }
    }

    /// The profile of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// How long TIME-WAIT lasts: twice the MSL.
    pub const fn time_wait(self) -> Duration {
        match self {
            Self::Rfc | Self::Legacy793 => Duration::from_secs(240),
            Self::Windows => Duration::from_secs(120),
            Self::Linux | Self::FreeBsd | Self::Solaris => Duration::from_secs(60),
            Self::MacOs => Duration::from_secs(30),
            Self::Smoltcp => Duration::from_secs(10),
            Self::Zephyr => Duration::from_millis(250),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for profile in Profile::ALL {
            assert_eq!(Profile::from_name(profile.name()), Some(profile));
        }
        assert_eq!(Profile::from_name("plan9"), None);
    }
}
