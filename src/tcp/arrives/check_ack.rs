//! RFC 9293 section 3.10.7.4, fifth step: check the ACK field.

use super::{Arrival, Next};
use crate::tcp::half::SendHalf;
use crate::tcp::seq::{Local, Seq};
use crate::tcp::state::State;

pub(super) fn step(a: &mut Arrival<'_>) -> Next {
    let Some(ack) = a.seg.ack else {
        a.stay_silent();
        return Next::Drop;
    };
    let may_be_sent = a.before.snd_nxt.may_ge(ack);
    let may_be_unsent = a.before.snd_nxt.may_le(ack - 1);
    let may_be_old = a.before.snd_una.may_ge(ack);
    if a.point.state == State::SynReceived {
        if may_be_unsent || may_be_old {
            a.stay_silent();
            a.answer_with_reset();
        }
        if !may_be_sent || !a.before.snd_una.may_le(ack - 1) {
            return Next::Drop;
        }
        // A listener whose accept queue is full ignores it, and repeats its SYN,ACK.
        a.stay_silent();
        a.repeat_syn_ack();
    } else {
        if may_be_unsent || may_be_old {
            // An old one is challenged if it is older than MAX.SND.WND (RFC 5961 section 5), which the record does
            // not bound, and else ignored.
            a.stay_silent();
            a.acknowledge();
        }
        if !may_be_sent {
            return Next::Drop;
        }
    }
    take(a, ack);
    Next::Go
}

/// SND.UNA is set to SEG.ACK, and what depends on it moves: SYN-RECEIVED, FIN-WAIT-1, CLOSING, LAST-ACK.
fn take(a: &mut Arrival<'_>, ack: Seq<Local>) {
    let of_syn = a.before.iss.is_none_or(|iss| ack > iss);
    let of_fin = a.before.fin.is_none_or(|fin| ack > fin);
    let send = match a.point.send {
        SendHalf::SynSent if of_syn => SendHalf::SynAcked,
        SendHalf::FinSent { .. } if of_fin => SendHalf::FinAcked,
        SendHalf::FinSent { .. } if of_syn => SendHalf::FinSent { syn_acked: true },
        unmoved => unmoved,
    };
    a.outcome.after.send.permit(send);
    a.outcome.after.snd_una.permit(ack);
}
