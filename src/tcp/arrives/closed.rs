//! RFC 9293 section 3.10.7.1: CLOSED STATE. Every segment that is not a RST is answered with one; a firewall may
//! swallow either.

use super::Arrival;

pub(super) fn arrives(a: &mut Arrival<'_>) {
    a.stay_silent();
    if !a.seg.segment.rst() {
        a.answer_with_reset();
    }
}
