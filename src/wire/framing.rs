//! What the frame around a packet says about where it was recorded. Nothing of what is in the packet.

use super::direction;
use super::link::Packet;
use super::octets::be16;
use crate::capture::{Frame, LinkType};
use crate::tcp::Framing;

const ETHERNET: LinkType = LinkType(1);

/// The shortest Ethernet frame, without its check sequence. A network card fills up what is shorter, after the sender's
/// own tap has seen it.
const SHORTEST: usize = 60;

/// What `frame`, which carries `packet`, tells about the place of the tap.
pub(super) fn of(frame: &Frame<'_>, packet: &Packet<'_>) -> Framing {
    Framing {
        direction: direction(frame),
        padded: padded(frame, packet),
    }
}

/// Whether a frame that is too short for the wire was filled up; `None` for one that is long enough, or neither.
fn padded(frame: &Frame<'_>, packet: &Packet<'_>) -> Option<bool> {
    if frame.link_type != ETHERNET {
        return None;
    }
    let stated = match packet.octets.first()? >> 4 {
        4 => usize::from(be16(packet.octets, 2)?),
        6 => usize::from(be16(packet.octets, 4)?).saturating_add(40),
        _ => return None,
    };
    let whole = usize::try_from(frame.wire_len).ok()?;
    let bare = whole.checked_sub(packet.wire_len)?.saturating_add(stated);
    match (bare < SHORTEST, whole == bare, whole >= SHORTEST) {
        (true, true, _) => Some(false),
        (true, false, true) => Some(true),
        _ => None,
    }
}
