//! The laboratory: honest traffic over a simulated path with three taps must accuse nobody, planted faults must be found.
//!
//! The short version runs with all tests; the long one with `cargo test --release --test lab -- --ignored`.
//! `LAB_SEED=n` runs one seed and prints what every tap says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a laboratory stops at what it does not expect"
)]

mod lab {
    pub mod faults;
    pub mod fields;
    pub mod honest;
    pub mod packet;
    pub mod path;
    pub mod provable;
    pub mod recall;
    pub mod reference;
    pub mod rng;
    pub mod smol;
    pub mod states;
    pub mod tampered;
}
