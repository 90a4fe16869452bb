//! RFC 9293 section 3.10.7.4, sixth step: check the URG bit. RCV.UP is between the endpoint and its user: nothing of it
//! shows, and where the peer has closed the bit is ignored.

use super::{Arrival, Next};

pub(super) fn step(_: &mut Arrival<'_>) -> Next {
    Next::Go
}
