//! RFC 9293 section 3.10.7.4: OTHER STATES, from SYN-RECEIVED to TIME-WAIT. The eight steps in order.
//!
//! The third, on security and (once) precedence, leaves nothing on the wire: RFC 2873 took precedence out, and what a
//! system's security compartments are no capture shows. It has no file.

use super::{
    Arrival, Next, check_ack, check_fin, check_rst, check_seq, check_syn, check_urg, text,
};

type Step = fn(&mut Arrival<'_>) -> Next;

const STEPS: [Step; 7] = [
    check_seq::step,
    check_rst::step,
    check_syn::step,
    check_ack::step,
    check_urg::step,
    text::step,
    check_fin::step,
];

pub(super) fn arrives(a: &mut Arrival<'_>) {
    for step in STEPS {
        match step(a) {
            Next::Go => {}
            Next::Drop | Next::Done => return,
        }
    }
}
