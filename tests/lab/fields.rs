//! Planted faults in single fields: options, windows, bits, octets.

use super::faults::Kind;
use super::packet::{ACK, FIN, RST, SYN, Segment, URG};
use super::reference::{State, Tcb, octet};

/// Whether the fault may be in any segment of a connection, so that it comes at a random one.
pub const fn is_anywhere(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::WindowShrunk
            | Kind::TimestampMissing
            | Kind::TimestampRegression
            | Kind::TimestampEchoUnsent
            | Kind::TimestampNotNegotiated
            | Kind::SackOfUnsent
            | Kind::SackBelowAck
            | Kind::SackNotPermitted
            | Kind::SynOptionLater
            | Kind::ReservedBits
            | Kind::UrgentNonsense
    )
}

/// Whether the fault can be made in this segment; `middle` if the connection is open, `newest` if it ends at SND.NXT.
pub fn fits(kind: Kind, tcb: &Tcb, segment: &Segment, (middle, newest): (bool, bool)) -> bool {
    let (options, offset) = (&segment.options, tcb.own_offset(segment.seq));
    let text = segment.text.len() as i64;
    let plain = middle && !segment.has(FIN) && options.sack.is_empty();
    let answer = segment.flags == SYN | ACK && tcb.state == State::SynReceived && !tcb.active;
    match kind {
        Kind::MssExceeded => {
            let end = offset + tcb.mss + 60;
            plain && newest && text > 0 && end < tcb.fin_at() && end < tcb.snd_edge
        }
        Kind::WindowShrunk => middle && tcb.rcv_edge > tcb.rcv_nxt + 2_000,
        Kind::TimestampMissing | Kind::TimestampEchoUnsent => middle && options.ts.is_some(),
        Kind::TimestampRegression => middle && newest && text > 0 && options.ts.is_some(),
        Kind::TimestampNotNegotiated => plain && !tcb.ts_ok,
        Kind::SackOfUnsent => plain && tcb.sack_ok,
        Kind::SackBelowAck => plain && tcb.sack_ok && tcb.rcv_nxt > 100,
        Kind::SackNotPermitted => plain && tcb.persona.sack && !tcb.sack_ok,
        Kind::SynOptionLater => plain,
        Kind::ReservedBits => !segment.has(RST),
        Kind::UrgentNonsense => plain && text == 0,
        Kind::ScaleTooLarge => segment.flags == SYN && options.scale.is_some(),
        Kind::SynFin => segment.flags == SYN,
        Kind::OptionNotOffered => answer && tcb.persona.timestamps && !tcb.ts_ok,
        Kind::IsnChanged => answer,
        Kind::TextChanged => plain && text > 1 && tcb.retries > 0 && offset == tcb.snd_una,
        _ => false,
    }
}

pub fn spoil(kind: Kind, tcb: &Tcb, segment: &mut Segment, far: u32) {
    let offset = tcb.own_offset(segment.seq);
    let ack = segment.ack;
    let options = &mut segment.options;
    match kind {
        Kind::MssExceeded => {
            let end = offset + tcb.mss + 60;
            segment.text = (offset..end).map(|at| octet(tcb.iss, at)).collect();
        }
        Kind::WindowShrunk => segment.wnd = 0,
        Kind::TimestampMissing => options.ts = None,
        Kind::TimestampRegression => {
            options.ts = options
                .ts
                .map(|(val, ecr)| (val.wrapping_sub(10_000 + far * 10), ecr));
        }
        Kind::TimestampEchoUnsent => {
            options.ts = options
                .ts
                .map(|(val, ecr)| (val, ecr.wrapping_add(1_000_000 + far * 1_000)));
        }
        Kind::TimestampNotNegotiated => options.ts = Some((far, 77)),
        Kind::SackOfUnsent | Kind::SackNotPermitted => {
            let left = tcb.irs.wrapping_add(tcb.rcv_edge as u32).wrapping_add(far);
            options.sack = vec![(left, left.wrapping_add(100))];
        }
        Kind::SackBelowAck => {
            let block = |from: u32, to: u32| (ack.wrapping_sub(from), ack.wrapping_sub(to));
            options.sack = vec![block(50, 40), block(20, 10)];
        }
        Kind::SynOptionLater => options.mss = Some(1_460),
        Kind::ReservedBits => segment.reserved |= 4,
        Kind::UrgentNonsense => {
            segment.flags |= URG;
            segment.up = 0;
        }
        Kind::ScaleTooLarge => options.scale = Some(15 + (far % 200) as u8),
        Kind::OptionNotOffered => options.ts = Some((far, 0)),
        Kind::SynFin => segment.flags |= FIN,
        Kind::IsnChanged => segment.seq = segment.seq.wrapping_add(100_000 + far * 1_000),
        Kind::TextChanged => segment.text[0] ^= 0x55,
        _ => {}
    }
}
