//! Which segments are looked at: a filter in tcpdump's spelling, on decoded segments.
//!
//! The part of the language that selects TCP: `host net port portrange src dst ip ip6 vlan tcp and or not ( )`. It means what
//! it means in tcpdump, `vlan` included: the tag is passed from there on, and what comes without it looks at untagged frames.
//! Unlike tcpdump, addresses and ports are those of the segment itself, behind IPv6 extension headers, tunnels and reassembly.

mod lex;
mod net;
mod parse;
#[cfg(test)]
mod tests;

pub use net::Net;

use crate::wire::{Decoded, Tags};
use std::str::FromStr;
use std::sync::Arc;

/// A parsed filter.
#[derive(Clone, Debug)]
pub struct Filter {
    text: Arc<str>,
    root: Arc<Node>,
}

/// Why a text is no filter, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}\n  {text}\n  {}^", " ".repeat(*column))]
pub struct FilterError {
    /// The whole filter.
    pub text: String,
    /// How many characters come before the place.
    pub column: usize,
    /// What is wrong there.
    pub reason: String,
}

#[derive(Debug)]
enum Node {
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Test {
        /// VLAN tags that the filter has passed before this test.
        depth: usize,
        family: Option<Family>,
        side: Side,
        what: What,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

/// Which end has to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Source,
    Destination,
    Either,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// Any segment.
    Tcp,
    Net(Net),
    Ports(u16, u16),
    Vlan(Option<u16>),
}

impl Filter {
    /// Whether the filter selects a segment in a frame with these tags.
    pub fn selects(&self, segment: &Decoded, tags: &Tags) -> bool {
        self.root.holds(segment, tags)
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it looks at VLAN tags; where it does not, tagged frames are left out.
    pub fn names_vlan(&self) -> bool {
        self.root.names_vlan()
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let root = parse::filter(text).map_err(|(column, reason)| FilterError {
            text: text.to_owned(),
            column,
            reason,
        })?;
        Ok(Self {
            text: text.into(),
            root: Arc::new(root),
        })
    }
}

impl Node {
    fn holds(&self, segment: &Decoded, tags: &Tags) -> bool {
        match self {
            Self::And(left, right) => left.holds(segment, tags) && right.holds(segment, tags),
            Self::Or(left, right) => left.holds(segment, tags) || right.holds(segment, tags),
            Self::Not(inner) => !inner.holds(segment, tags),
            Self::Test {
                depth,
                family,
                side,
                what,
            } => test(segment, tags, *depth, (*family, *side, *what)),
        }
    }

    fn names_vlan(&self) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.names_vlan() || right.names_vlan()
            }
            Self::Not(inner) => inner.names_vlan(),
            Self::Test { what, .. } => matches!(what, What::Vlan(_)),
        }
    }
}

fn test(
    segment: &Decoded,
    tags: &Tags,
    depth: usize,
    (family, side, what): (Option<Family>, Side, What),
) -> bool {
    if let What::Vlan(wanted) = what {
        return tags
            .get(depth)
            .is_some_and(|tag| wanted.is_none_or(|wanted| wanted == tag));
    }
    if tags.len() != depth {
        return false;
    }
    let (source, destination) = (segment.source, segment.destination);
    let of_family = match family {
        None => true,
        Some(Family::V4) => source.is_ipv4(),
        Some(Family::V6) => source.is_ipv6(),
    };
    let (from, to) = match what {
        What::Tcp | What::Vlan(_) => (true, true),
        What::Net(net) => (net.contains(source.ip()), net.contains(destination.ip())),
        What::Ports(low, high) => (
            (low..=high).contains(&source.port()),
            (low..=high).contains(&destination.port()),
        ),
    };
    of_family
        && match side {
            Side::Source => from,
            Side::Destination => to,
            Side::Either => from || to,
            Side::Both => from && to,
        }
}
