//! Tells who broke TCP.

pub mod analysis;
pub mod capture;
pub mod cli;
pub mod error;
pub mod finding;
pub mod flow;
pub mod replay;
pub mod report;
pub mod rules;
pub mod tcp;
pub mod time;
pub mod wire;
