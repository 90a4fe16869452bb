//! Why a frame gives no segment, and whether one may have been in it all the same.

use crate::capture::LinkType;
use std::fmt;

/// Why a frame gives no segment. Ordered and small, so that it can be counted by reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Undecoded {
    /// A link type that is not read.
    LinkType(LinkType),
    /// The record ends before the IP header.
    LinkCut,
    /// Not IP: an EtherType, or a protocol number of a cooked link.
    EtherType(u16),
    /// Not IP: an IEEE 802.2 service access point.
    Llc(u8),
    /// Not IP: an address family of a BSD loopback link.
    Family(u32),
    /// Not IP: a protocol number of PPP.
    Ppp(u16),
    /// A management or control frame of IEEE 802.11, or one without data.
    RadioControl,
    /// A data frame of IEEE 802.11 that is encrypted.
    RadioEncrypted,
    /// A data frame of IEEE 802.11 of a kind that is not taken apart.
    Radio,
    /// Not IP: an organisation's own protocol behind 802.2.
    Snap(u32),
    /// Not IP: a network layer protocol of frame relay or ATM.
    Nlpid(u8),
    /// A frame of token ring or FDDI that serves the ring itself.
    RingControl,
    /// Neither version 4 nor version 6, or not the version that the link layer said.
    IpVersion,
    /// Lengths in the IP header that contradict each other or the frame.
    IpMalformed,
    /// The record ends within the IP header or its extensions.
    IpCut,
    /// A fragment of an IP datagram that may carry TCP; the others of its datagram never came.
    Fragment,
    /// A fragment of a datagram whose fragments overlap and disagree.
    Overlap,
    /// A fragment that waits for the others of its datagram.
    Waiting,
    /// A fragment of a datagram that became whole; the frame that completed it gave the segment.
    Reassembled,
    /// A fragment that repeats one of a datagram which was whole already.
    Repeated,
    /// A tunnel that carries nothing.
    TunnelEmpty,
    /// More than eight tunnels within each other.
    Depth,
    /// Not TCP: an IP protocol number.
    Protocol(u8),
    /// The record ends before the TCP header does.
    TcpCut,
    /// The IP datagram is too short for a TCP header.
    TcpShort,
}

impl Undecoded {
    /// Whether a TCP segment may have been in the frame, so that not having decoded it counts like a capture loss.
    pub const fn lossy(self) -> bool {
        match self {
            Self::LinkType(link) => no_network_name(link).is_none(),
            // PPPoE sessions, MPLS, MACsec and whatever is not known may carry IP; the named ones do not.
            Self::EtherType(kind) => ether_type_name(kind).is_none(),
            Self::Llc(sap) => llc_name(sap).is_none(),
            // Bridged frames; what the others carry is their own.
            Self::Snap(organisation) => organisation == BRIDGED,
            // Signalling, and OSI's network layer.
            Self::Nlpid(protocol) => !matches!(protocol, 0x08 | 0x81..=0x83),
            // Control protocols of PPP have the high numbers.
            Self::Ppp(protocol) => protocol < 0x8000,
            Self::RadioControl
            | Self::RingControl
            | Self::Waiting
            | Self::Reassembled
            | Self::Repeated
            | Self::TunnelEmpty => false,
            // Tunnels, and extension headers that are not walked.
            Self::Protocol(number) => {
                matches!(
                    number,
                    4 | 41 | 47 | 50 | 55 | 94 | 97 | 98 | 108 | 115 | 135 | 137 | 139 | 140
                )
            }
            _ => true,
        }
    }
}

impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::LinkType(link) => match no_network_name(link) {
                Some(name) => write!(f, "not IP ({name})"),
                None => write!(f, "unknown link type {}", link.0),
            },
            Self::LinkCut => f.write_str("cut before the IP header"),
            Self::EtherType(kind) => match ether_type_name(kind).or_else(|| carrier_name(kind)) {
                Some(name) => write!(f, "not IP ({name})"),
                None => write!(f, "not IP (EtherType 0x{kind:04x})"),
            },
            Self::Llc(sap) => match llc_name(sap) {
                Some(name) => write!(f, "not IP ({name})"),
                None => write!(f, "not IP (802.2 service access point 0x{sap:02x})"),
            },
            Self::Family(number) => write!(f, "not IP (address family {number})"),
            Self::Ppp(0xc021) => f.write_str("not IP (LCP)"),
            Self::Ppp(protocol) => write!(f, "not IP (PPP protocol 0x{protocol:04x})"),
            Self::RadioControl => f.write_str("802.11 frame without data"),
            Self::RadioEncrypted => f.write_str("802.11 frame, encrypted"),
            Self::Radio => f.write_str("802.11 frame of a kind that is not read"),
            Self::Snap(organisation) => match snap_name(organisation) {
                Some(name) => write!(f, "not IP ({name})"),
                None => write!(f, "not IP (802.2, organisation {organisation:06x})"),
            },
            Self::Nlpid(protocol) => write!(f, "not IP (network layer protocol 0x{protocol:02x})"),
            Self::RingControl => f.write_str("not IP (frame of the ring itself)"),
            Self::IpVersion => f.write_str("wrong IP version"),
            Self::IpMalformed => f.write_str("malformed IP header"),
            Self::IpCut => f.write_str("cut within the IP header"),
            Self::Fragment => f.write_str("IP fragment"),
            Self::Overlap => f.write_str("IP fragment that disagrees with another"),
            Self::Waiting => f.write_str("IP fragment, waiting"),
            Self::Reassembled => f.write_str("IP fragment, reassembled"),
            Self::Repeated => f.write_str("IP fragment, repeated"),
            Self::TunnelEmpty => f.write_str("empty tunnel packet"),
            Self::Depth => f.write_str("tunnels nested too deeply"),
            Self::Protocol(number) => match protocol_name(number) {
                Some(name) => f.write_str(name),
                None => write!(f, "IP protocol {number}"),
            },
            Self::TcpCut => f.write_str("cut before the end of the TCP header"),
            Self::TcpShort => f.write_str("IP datagram too short for a TCP header"),
        }
    }
}

/// Link types of what is no network that carries IP.
const fn no_network_name(link: LinkType) -> Option<&'static str> {
    Some(match link.0 {
        // Messages between the kernel and its own programs, which cooked captures mix in.
        253 => "netlink",
        227 => "CAN",
        231 => "D-Bus",
        _ => return None,
    })
}

const BRIDGED: u32 = 0x0080c2;

const fn snap_name(organisation: u32) -> Option<&'static str> {
    Some(match organisation {
        0x00000c => "Cisco's protocols",
        0x00e02b => "Extreme's protocols",
        0x080007 => "AppleTalk",
        BRIDGED => "bridged frame",
        _ => return None,
    })
}

/// What surely carries no IP.
const fn ether_type_name(kind: u16) -> Option<&'static str> {
    Some(match kind {
        0x0806 => "ARP",
        0x0842 => "Wake-on-LAN",
        0x22ea => "SRP",
        0x22f0 => "AVTP",
        0x22f4 => "IS-IS",
        0x6002 => "DEC MOP",
        0x6003 => "DECnet",
        0x6004 => "LAT",
        0x8035 => "RARP",
        0x809b => "AppleTalk",
        0x80f3 => "AARP",
        0x8137 => "IPX",
        0x8808 => "Ethernet flow control",
        0x8809 => "slow protocols",
        0x8863 => "PPPoE discovery",
        0x887b => "HomePlug 1.0",
        0x888e => "EAPOL",
        0x8892 => "PROFINET",
        0x8899 => "Realtek's protocols",
        0x88a2 => "ATA over Ethernet",
        0x88a4 => "EtherCAT",
        0x88b8 => "GOOSE",
        0x88ba => "sampled values",
        0x88ca => "TIPC",
        0x88cc => "LLDP",
        0x88d9 => "LLTD",
        0x88e1 => "HomePlug",
        0x88e3 => "MRP",
        0x88f5 => "MVRP",
        0x88f6 => "MMRP",
        0x88f7 => "PTP",
        0x88f8 => "NC-SI",
        0x88fb => "PRP",
        0x8902 => "CFM",
        0x8906 => "FCoE",
        0x8914 => "FCoE initialization",
        0x8915 => "RoCE",
        0x893a => "IEEE 1905",
        0x9000 => "loopback test",
        _ => return None,
    })
}

/// What may carry IP but is not read.
const fn carrier_name(kind: u16) -> Option<&'static str> {
    Some(match kind {
        0x88e5 => "MACsec",
        0x894f => "NSH",
        _ => return None,
    })
}

const fn llc_name(sap: u8) -> Option<&'static str> {
    Some(match sap {
        0x42 => "spanning tree",
        0xe0 | 0xff => "IPX",
        0xf0 => "NetBEUI",
        0xfe => "IS-IS",
        _ => return None,
    })
}

const fn protocol_name(number: u8) -> Option<&'static str> {
    Some(match number {
        1 => "ICMP",
        2 => "IGMP",
        4 => "IPv4 in IP",
        17 => "UDP",
        41 => "IPv6 in IP",
        47 => "GRE",
        50 => "ESP",
        58 => "ICMPv6",
        59 => "IPv6 without a next header",
        88 => "EIGRP",
        89 => "OSPF",
        97 => "Ethernet in IP",
        103 => "PIM",
        112 => "VRRP",
        115 => "L2TP",
        132 => "SCTP",
        136 => "UDP-Lite",
        137 => "MPLS in IP",
        _ => return None,
    })
}
