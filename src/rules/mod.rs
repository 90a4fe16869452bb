//! The registry. A rule states a guard and cannot report: quantifying over deliveries, waiting, alibis and blame
//! belong to `replay`, written once, so that a careless rule cannot break soundness.

pub mod capture;
pub mod closing;
mod emission;
pub mod handshake;
pub mod network;
pub mod numbers;
pub mod options;
pub mod reset;
mod rule;
pub mod timing;
mod trigger;
mod variable;
pub mod window;

pub use emission::{Breach, Context, Emission, Need};
pub use rule::{Blame, Check, Cite, Guard, Level, Proof, Rule, Severity, Status};
pub use trigger::Trigger;
pub use variable::Variable;

/// All rules, in the order of every document.
pub static RULES: &[&Rule] = &[
    &handshake::synack_wrong_ack::RULE,
    &handshake::synack_isn_changed::RULE,
    &handshake::handshake_ack_wrong::RULE,
    &handshake::data_before_handshake::RULE,
    &handshake::data_in_syn_sent::RULE,
    &handshake::syn_in_established::RULE,
    &handshake::isn_predictable::RULE,
    &numbers::ack_of_unsent::RULE,
    &numbers::ack_regression::RULE,
    &numbers::seq_outside_window::RULE,
    &numbers::ack_flag_missing::RULE,
    &numbers::retransmission_payload_differs::RULE,
    &window::window_overrun::RULE,
    &window::window_shrunk::RULE,
    &closing::data_after_fin::RULE,
    &closing::fin_seq_conflict::RULE,
    &closing::early_time_wait_exit::RULE,
    &closing::fin_not_acknowledged::RULE,
    &closing::time_wait_no_reack::RULE,
    &reset::bad_reset::RULE,
    &reset::reset_for_reset::RULE,
    &reset::segment_after_reset::RULE,
    &reset::no_challenge_ack::RULE,
    &options::syn_option_outside_syn::RULE,
    &options::option_not_offered::RULE,
    &options::wscale_too_large::RULE,
    &options::timestamp_missing::RULE,
    &options::timestamp_not_negotiated::RULE,
    &options::timestamp_echo_unsent::RULE,
    &options::timestamp_regression::RULE,
    &options::sack_not_permitted::RULE,
    &options::sack_of_unsent::RULE,
    &options::sack_below_ack::RULE,
    &options::mss_exceeded::RULE,
    &options::reserved_bits::RULE,
    &options::syn_fin::RULE,
    &options::urgent_pointer_nonsense::RULE,
    &options::malformed_options::RULE,
    &timing::retransmission_too_early::RULE,
    &timing::rto_no_backoff::RULE,
    &timing::ack_delayed::RULE,
    &network::forged_segment::RULE,
    &capture::truncated_file::RULE,
    &capture::capture_loss::RULE,
    &capture::undecodable_frames::RULE,
];

/// The rule with this code or name.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_in_order() {
        let codes: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        let names: std::collections::BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        assert!(RULES.iter().all(|rule| {
            rule.name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-')
        }));
    }

    #[test]
    fn a_rule_is_found_by_code_and_by_name() {
        assert_eq!(find("tcp201").map(|rule| rule.name), Some("ack-of-unsent"));
        assert_eq!(find("ack-of-unsent").map(|rule| rule.code), Some("TCP201"));
        assert!(find("nothing").is_none());
    }

    #[test]
    fn only_rules_that_blame_an_endpoint_rest_on_requirements() {
        for rule in RULES {
            assert_eq!(
                rule.blame == Blame::Endpoint,
                !rule.requirements.is_empty(),
                "{}",
                rule.name
            );
            assert!(!rule.cites.is_empty(), "{}", rule.name);
        }
    }
}
