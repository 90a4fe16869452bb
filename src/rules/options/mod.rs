//! Options, control bits and the other fields of the header. One file and one page per rule.

pub mod malformed_options;
pub mod mss_exceeded;
pub mod option_not_offered;
pub mod reserved_bits;
pub mod sack_below_ack;
pub mod sack_not_permitted;
pub mod sack_of_unsent;
pub mod syn_fin;
pub mod syn_option_outside_syn;
pub mod timestamp_echo_unsent;
pub mod timestamp_missing;
pub mod timestamp_not_negotiated;
pub mod timestamp_regression;
pub mod urgent_pointer_nonsense;
pub mod wscale_too_large;
