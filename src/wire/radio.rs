//! IEEE 802.11: data frames, bare or behind radiotap or per-packet information. Not aggregates (A-MSDU), and nothing
//! that is encrypted.

use super::Undecoded;
use super::link::{Carrier, Step};
use super::octets::{be32, little16};

/// Behind a radiotap header, whose length stands little-endian at its third octet.
pub(super) fn radiotap(octets: &[u8]) -> Step<'_> {
    let rest = little(octets, 2).and_then(|length| octets.get(length.max(8)..));
    let rest = rest.ok_or(Undecoded::LinkCut)?;
    Ok((Carrier::Wifi, rest))
}

/// Behind a per-packet information header, which names the link type of what follows.
pub(super) fn per_packet(octets: &[u8]) -> Step<'_> {
    let (Some(length), Some(link)) = (little(octets, 2), little(octets, 4)) else {
        return Err(Undecoded::LinkCut);
    };
    let rest = octets.get(length.max(8)..).ok_or(Undecoded::LinkCut)?;
    match link {
        1 => Ok((Carrier::Ethernet, rest)),
        105 => Ok((Carrier::Wifi, rest)),
        127 => Ok((Carrier::Radiotap, rest)),
        _ => Err(Undecoded::Radio),
    }
}

/// Behind a Prism header, which has one length, or a WLAN capture header in its place.
pub(super) fn prism(octets: &[u8]) -> Step<'_> {
    const LENGTH: usize = 144;
    if be32(octets, 0).is_some_and(|magic| magic & 0xffff_f000 == 0x8021_1000) {
        return wlan_capture(octets);
    }
    Ok((
        Carrier::Wifi,
        octets.get(LENGTH..).ok_or(Undecoded::LinkCut)?,
    ))
}

/// Behind a WLAN capture (AVS) header, which says its length.
pub(super) fn wlan_capture(octets: &[u8]) -> Step<'_> {
    let length = be32(octets, 4).and_then(|length| usize::try_from(length).ok());
    let rest = length.and_then(|length| octets.get(length.max(8)..));
    Ok((Carrier::Wifi, rest.ok_or(Undecoded::LinkCut)?))
}

fn little(octets: &[u8], at: usize) -> Option<usize> {
    little16(octets, at).map(usize::from)
}

/// A frame of IEEE 802.11; only data frames carry anything.
pub(super) fn wifi(octets: &[u8]) -> Step<'_> {
    let [control, flags, ..] = octets else {
        return Err(Undecoded::LinkCut);
    };
    const DATA: u8 = 2;
    const EMPTY: u8 = 0x40;
    if (control >> 2) & 3 != DATA || control & EMPTY != 0 {
        return Err(Undecoded::RadioControl);
    }
    if flags & 0x40 != 0 {
        return Err(Undecoded::RadioEncrypted);
    }
    // A fragment of a frame: the first one has a number of 0 and says that more follow.
    let fragment = octets.get(22).ok_or(Undecoded::LinkCut)? & 0xf;
    if flags & 4 != 0 || fragment != 0 {
        return Err(Undecoded::Radio);
    }
    let mut header = 24usize;
    // To and from a distribution system: a fourth address.
    if flags & 3 == 3 {
        header = header.saturating_add(6);
    }
    if control & 0x80 != 0 {
        // Quality of service; its aggregates are not taken apart.
        if octets.get(header).ok_or(Undecoded::LinkCut)? & 0x80 != 0 {
            return Err(Undecoded::Radio);
        }
        header = header.saturating_add(if flags & 0x80 == 0 { 2 } else { 6 });
    }
    let rest = octets.get(header..).ok_or(Undecoded::LinkCut)?;
    // Some drivers pad the header to four octets before they hand it on.
    let padded = rest.get(2..).filter(|behind| {
        !header.is_multiple_of(4)
            && behind.starts_with(&[0xaa, 0xaa, 3])
            && !rest.starts_with(&[0xaa, 0xaa, 3])
    });
    Ok((Carrier::Llc, padded.unwrap_or(rest)))
}
