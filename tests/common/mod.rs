//! What several test files share: the trace language, its bytes, and the rule pages that are written in it.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod encode;
pub(crate) mod expect;
pub(crate) mod line;
pub(crate) mod options;
pub(crate) mod page;
pub(crate) mod trace;
