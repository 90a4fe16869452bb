//! What a segment comes to between two endpoints that are both in ESTABLISHED, when it brings text in order or
//! acknowledges: [`super::calls::emits`] and [`super::arrives::segment`] in a few comparisons.
//!
//! Most segments of most captures are of this kind. Not a second machine: a test holds it to those two.

use super::half::{RecvHalf, SendHalf};
use super::segment::{Received, Sent};
use super::variables::{Ended, Variables};

impl Variables {
    /// Whether the endpoint can only be in ESTABLISHED, and nothing under way to it waits for other segments.
    pub fn is_plainly_established(&self) -> bool {
        let open = self.send.lo() == SendHalf::SynAcked && self.send.hi() == SendHalf::SynAcked;
        let heard =
            self.recv.lo() == RecvHalf::SynReceived && self.recv.hi() == RecvHalf::SynReceived;
        open && heard
            && self.ended == Ended::No
            && self.fin.is_none()
            && self.peer_fin.is_none()
            && self.under_way.awaits_nothing()
    }

    /// Whether a segment with nothing but ACK (and PSH) of the peer can only arrive in order, if it does.
    pub fn is_in_order(&self, seg: &Received<'_>) -> bool {
        self.rcv_nxt.may_be(seg.seq)
            && self.rcv_edge.possible().is_none()
            && seg.ack.is_some_and(|ack| {
                self.snd_nxt.may_ge(ack) && self.iss.is_some_and(|iss| ack > iss)
            })
    }

    /// Takes in an own segment, while [`Self::is_plainly_established`].
    pub fn emit_in_order(&mut self, sent: &Sent<'_>) {
        self.snd_nxt.prove(sent.end());
        let Some(ack) = sent.ack else { return };
        self.rcv_nxt.prove(ack);
        self.rcv_edge.prove(ack);
        if let Some(ts) = sent.segment.options.timestamps {
            let newer = |recent: u32| ts.ecr.wrapping_sub(recent).cast_signed() > 0;
            if self.ts_recent.is_none_or(newer) {
                self.ts_recent = Some(ts.ecr);
            }
        }
    }

    /// Takes in a segment of the peer, while [`Self::is_plainly_established`] and it [`Self::is_in_order`].
    pub fn hear_in_order(&mut self, seg: &Received<'_>) {
        if seg.segment.text > 0 {
            self.rcv_nxt.permit(seg.end());
        }
        let Some(ack) = seg.ack else { return };
        let window = self.snd_wind_shift.window(seg.segment);
        let edge = ack + window.possible().unwrap_or_else(|| window.proven());
        self.snd_nxt.permit(self.under_way.note(ack, edge) + 1);
        self.snd_una.permit(ack);
    }
}

#[cfg(test)]
mod tests {
    use super::super::half::Interval;
    use super::super::hidden::Hidden;
    use super::super::segment::{Flags, Segment, TimestampOption};
    use super::super::seq::Seq;
    use super::super::variables::Opening;
    use super::super::window::WindowScale;
    use super::super::{arrives, calls};
    use super::*;
    use proptest::prelude::*;

    fn established(opened: Opening, una: i64, nxt: i64, rcv: i64) -> Variables {
        Variables {
            send: Interval::exactly(SendHalf::SynAcked),
            recv: Interval::exactly(RecvHalf::SynReceived),
            iss: Some(Seq::SYN),
            irs: Some(Seq::SYN),
            snd_una: Hidden::between(Seq::FIRST, Seq::relative(una)),
            snd_nxt: Hidden::between(Seq::relative(una), Seq::relative(nxt)),
            rcv_nxt: Hidden::between(Seq::FIRST, Seq::relative(rcv)),
            rcv_edge: Hidden::at_least(Seq::FIRST),
            snd_wind_shift: WindowScale::Shift(3),
            ts_recent: Some(7),
            ..Variables::fresh(Some(opened))
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_whole_machine(
            active: bool,
            (una, ahead) in (1i64..5_000, 0i64..70_000),
            rcv in 1i64..5_000,
            segments in proptest::collection::vec((0u32..1_500, 0i64..80_000, any::<u16>(), any::<u8>(), any::<bool>()), 1..20),
        ) {
            let opened = if active { Opening::Active } else { Opening::Passive };
            let mut fast = established(opened, una, una + ahead, rcv);
            let mut slow = fast;
            for (text, number, wnd, stamp, own) in segments {
                let timestamps = Some(TimestampOption { val: 1, ecr: u32::from(stamp) });
                let mut segment = Segment { flags: Flags::ACK, text, wnd, ..Segment::default() };
                segment.options.timestamps = timestamps;
                if own {
                    let high = slow.snd_nxt.possible().unwrap_or_default();
                    let sent = Sent { segment: &segment, seq: high, ack: Some(Seq::relative(1 + number % 5_000)) };
                    slow = calls::emits(&slow, &sent);
                    fast.emit_in_order(&sent);
                } else {
                    let high = slow.rcv_nxt.possible().unwrap_or_default();
                    let seg = Received { segment: &segment, seq: high, ack: Some(Seq::relative(number)) };
                    if !fast.is_in_order(&seg) {
                        continue;
                    }
                    slow = arrives::segment(&slow, &seg).after;
                    fast.hear_in_order(&seg);
                }
                prop_assert!(fast.is_plainly_established());
                prop_assert_eq!(fast, slow);
            }
        }
    }
}
