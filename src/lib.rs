//! Tells who broke TCP.

pub mod analysis;
pub mod capture;
pub mod error;
pub mod finding;
pub mod flow;
pub mod replay;
pub mod rules;
pub mod tcp;
pub mod time;
pub mod wire;
