//! What known implementations choose where RFC 9293 leaves a choice, and what they do where it leaves none: data, with where it comes
//! from. No judgement: a rule never reads a name from here, and what a profile permits is still told, as a note.

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

/// The choices of a family. `None` where its documents do not say.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// How long TIME-WAIT lasts: twice the MSL.
    pub time_wait: Duration,
    /// How long FIN-WAIT-2 lasts once no application is left.
    pub fin_wait_2: Option<Duration>,
    /// The bounds of the retransmission timeout, and its first value.
    pub rto: Rto,
    /// The longest that it delays an ACK.
    pub delayed_ack: Option<Duration>,
    /// Faults that it commits by convention, and why.
    pub permits: &'static [Convention],
    /// Where this comes from.
    pub sources: &'static [&'static str],
}

/// A retransmission timeout (RFC 6298).
#[derive(Clone, Copy, Debug)]
pub struct Rto {
    /// The smallest.
    pub least: Option<Duration>,
    /// Before a round trip was measured.
    pub first: Option<Duration>,
    /// The largest.
    pub most: Option<Duration>,
}

/// A deviation that is known and meant.
#[derive(Clone, Copy, Debug)]
pub struct Convention {
    /// The name of the rule that it breaks.
    pub rule: &'static str,
    /// What the family does, and why.
    pub because: &'static str,
}

const fn ms(millis: u64) -> Option<Duration> {
    Some(Duration::from_millis(millis))
}

const fn s(secs: u64) -> Option<Duration> {
    Some(Duration::from_secs(secs))
}

const RFC: Traits = Traits {
    time_wait: Duration::from_secs(240),
    fin_wait_2: None,
    rto: Rto {
        least: s(1),
        first: s(1),
        most: s(60),
    },
    delayed_ack: ms(500),
    permits: &[],
    sources: &[
        "RFC 9293 3.4.2 (MSL of two minutes), 3.8.6.3 (ACK within half a second)",
        "RFC 6298 2 (first RTO and least RTO one second, a largest one of at least 60 s)",
    ],
};

const LINUX: Traits = Traits {
    time_wait: Duration::from_secs(60),
    fin_wait_2: s(60),
    rto: Rto {
        least: ms(200),
        first: s(1),
        most: s(120),
    },
    delayed_ack: ms(200),
    permits: &[
        Convention {
            rule: "window-shrunk",
            because: "it takes window back where net.ipv4.tcp_shrink_window is set, and when its receive buffer is exhausted",
        },
        Convention {
            rule: "no-challenge-ack",
            because: "it sends at most one challenge ACK in 500 ms (net.ipv4.tcp_invalid_ratelimit)",
        },
    ],
    sources: &[
        "include/net/tcp.h: TCP_TIMEWAIT_LEN 60 s, TCP_RTO_MIN HZ/5, TCP_RTO_MAX 120 s, TCP_TIMEOUT_INIT 1 s, TCP_DELACK_MAX HZ/5",
        "Documentation/networking/ip-sysctl.rst: tcp_fin_timeout 60 s, tcp_shrink_window, tcp_invalid_ratelimit 500 ms",
    ],
};

const FREEBSD: Traits = Traits {
    time_wait: Duration::from_secs(60),
    fin_wait_2: s(60),
    rto: Rto {
        least: ms(30),
        first: s(1),
        most: s(64),
    },
    delayed_ack: ms(40),
    permits: &[Convention {
        rule: "no-challenge-ack",
        because: "it limits how many challenge ACKs it sends (net.inet.tcp.ack_war_cnt)",
    }],
    sources: &[
        "tcp(4): net.inet.tcp.msl 30 s, finwait2_timeout 60 s, rexmit_min 30 ms, delacktime 40 ms",
    ],
};

const MACOS: Traits = Traits {
    time_wait: Duration::from_secs(30),
    fin_wait_2: s(60),
    rto: Rto {
        least: ms(30),
        first: s(1),
        most: s(64),
    },
    delayed_ack: ms(100),
    permits: &[Convention {
        rule: "no-challenge-ack",
        because: "it sends at most ten challenge ACKs a second for a connection",
    }],
    sources: &[
        "xnu bsd/netinet/tcp_timer.h: TCPTV_MSL 15 s, TCPTV_FINWAIT2 60 s, TCPTV_REXMTMIN 30 ms, TCPTV_REXMTMAX 64 s",
    ],
};

const WINDOWS: Traits = Traits {
    time_wait: Duration::from_secs(120),
    fin_wait_2: s(120),
    rto: Rto {
        least: ms(300),
        first: s(1),
        most: None,
    },
    delayed_ack: ms(200),
    permits: &[],
    sources: &[
        "Windows Server documentation: TcpTimedWaitDelay 120 s, TcpFinWait2Delay 120 s; defaults of later releases may be shorter",
    ],
};

const SOLARIS: Traits = Traits {
    time_wait: Duration::from_secs(60),
    fin_wait_2: s(675),
    rto: Rto {
        least: ms(400),
        first: s(1),
        most: s(60),
    },
    delayed_ack: ms(100),
    permits: &[],
    sources: &[
        "Oracle Solaris Tunable Parameters Reference: _time_wait_interval 60 s, _fin_wait_2_flush_interval 675 s, _rexmit_interval_min 400 ms",
    ],
};

const ZEPHYR: Traits = Traits {
    time_wait: Duration::from_millis(250),
    fin_wait_2: None,
    rto: Rto {
        least: None,
        first: ms(200),
        most: None,
    },
    delayed_ack: None,
    permits: &[],
    sources: &[
        "Zephyr Kconfig: NET_TCP_TIME_WAIT_DELAY 250 ms (later 1500 ms), NET_TCP_INIT_RETRANSMISSION_TIMEOUT 200 ms",
    ],
};

const SMOLTCP: Traits = Traits {
    time_wait: Duration::from_secs(10),
    fin_wait_2: None,
    rto: Rto {
        least: ms(10),
        first: ms(700),
        most: s(60),
    },
    delayed_ack: ms(10),
    permits: &[Convention {
        rule: "no-challenge-ack",
        because: "it sends at most one challenge ACK a second",
    }],
    sources: &[
        "smoltcp src/socket/tcp.rs: CLOSE_DELAY 10 s, ACK_DELAY_DEFAULT 10 ms, RTTE_MIN_RTO 10 ms and RTTE_MAX_RTO 10 s, later 1 s and 60 s",
    ],
};

const LEGACY_793: Traits = Traits {
    time_wait: Duration::from_secs(240),
    fin_wait_2: None,
    rto: Rto {
        least: s(1),
        first: None,
        most: s(60),
    },
    delayed_ack: None,
    permits: &[
        Convention {
            rule: "no-challenge-ack",
            because: "RFC 793 knows no challenge ACK: a SYN in the window resets the connection, as does any RST in it",
        },
        Convention {
            rule: "isn-predictable",
            because: "RFC 793 takes the number from a clock alone; the secret part came with RFC 1948",
        },
        Convention {
            rule: "ack-delayed",
            because: "RFC 793 sets no limit to the delay of an ACK; RFC 1122 did",
        },
        Convention {
            rule: "rto-no-backoff",
            because: "RFC 793 does not ask for back-off; RFC 1122 did",
        },
    ],
    sources: &[
        "RFC 793 3.3 (MSL of two minutes, clock-driven numbers), 3.7 (example RTO bounds: 1 s to 60 s), 3.9",
    ],
};

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

    /// Its choices.
    pub const fn traits(self) -> &'static Traits {
        match self {
            Self::Rfc => &RFC,
            Self::Linux => &LINUX,
            Self::FreeBsd => &FREEBSD,
            Self::MacOs => &MACOS,
            Self::Windows => &WINDOWS,
            Self::Solaris => &SOLARIS,
            Self::Zephyr => &ZEPHYR,
            Self::Smoltcp => &SMOLTCP,
            Self::Legacy793 => &LEGACY_793,
        }
    }

    /// Why it permits what the rule of that name calls a fault, if it does.
    pub fn permits(self, rule: &str) -> Option<&'static str> {
        let known = self.traits().permits.iter();
        known
            .filter(|convention| convention.rule == rule)
            .map(|convention| convention.because)
            .next()
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

    #[test]
    fn every_profile_says_where_it_comes_from() {
        for profile in Profile::ALL {
            let traits = profile.traits();
            assert!(!traits.sources.is_empty(), "{}", profile.name());
            let (least, most) = (traits.rto.least, traits.rto.most);
            assert!(least.zip(most).is_none_or(|(least, most)| least < most));
        }
        assert!(Profile::Rfc.traits().permits.is_empty());
    }
}
