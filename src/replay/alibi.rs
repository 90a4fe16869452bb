//! What would acquit, in words (model: every finding that rests on absence prints its alibi).

use super::Replay;
use super::case::Case;
use crate::rules::Need;

/// The segment that would acquit, in words.
pub(super) fn alibi(replay: &Replay, case: &Case) -> Option<String> {
    let peer = replay.connection.tuple.address(case.side.other()).ip();
    let frame = case.accused.frame;
    match case.breach.need {
        Need::Nothing => None,
        Need::PeerOctets(upto) => Some(format!(
            "would be legal if the capture missed octets {}..{upto} of {peer} before frame {frame}",
            case.accused.peer_prefix
        )),
        Need::PeerAck(upto) => Some(format!(
            "would be legal if the capture missed a segment of {peer} with ACK ≥ {upto} before frame {frame}"
        )),
        Need::PeerEdge(edge) => Some(format!(
            "would be legal if the capture missed a window of {peer} up to {edge} before frame {frame}"
        )),
        Need::PeerSyn(iss) => Some(format!(
            "would be legal if the capture missed a SYN of {peer} with SEQ {iss} before frame {frame}"
        )),
        Need::PeerOffer => Some(format!(
            "would be legal if the capture missed a SYN of {peer} with this option before frame {frame}"
        )),
        Need::PeerBlock(left, length) => Some(format!(
            "would be legal if the capture missed octets {left}..{} of {peer} before frame {frame}",
            left + i64::from(length)
        )),
        Need::OwnSegment => Some(format!(
            "would be legal if the capture missed a segment of {} or {peer} before frame {frame}",
            replay.connection.tuple.address(case.side).ip()
        )),
        Need::PeerReset => Some(format!(
            "would be legal if the capture missed a RST of {peer} before frame {frame}"
        )),
        Need::Overtaking => Some(format!(
            "would be legal if it had left before frame {} and been overtaken on its way to the tap",
            case.breach.witnesses.first().copied().unwrap_or(frame)
        )),
        Need::EarlierCopy(_) => Some(format!(
            "would be legal if it had left before frame {}, and the capture missed that {peer} had sent what it tells of before that",
            case.breach.witnesses.first().copied().unwrap_or(frame)
        )),
        Need::WholeCopy(upto) => Some(format!(
            "would be legal if the capture missed an undamaged copy of octets {}..{upto} of {peer} before frame {frame}",
            case.accused.peer_prefix
        )),
        Need::PeerSegment => Some(format!(
            "would be legal if the capture missed a segment of {peer} that these numbers answer before frame {frame}"
        )),
    }
}
