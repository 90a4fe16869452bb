//! The registry. A rule states a guard and cannot report: quantifying over deliveries, waiting, alibis and blame belong to `replay`.

mod rule;

pub use rule::{Blame, Cite, Level, Proof, Rule, Severity, Status};

/// Where a rule's guard is asked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The replay asks by itself, over several segments (stories, TIME-WAIT, capture).
    Story,
}

/// All rules, in the order of every document.
pub static RULES: &[&Rule] = &[];

/// The rule with this code or name.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}
