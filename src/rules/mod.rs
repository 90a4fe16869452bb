//! The registry. A rule states a guard and cannot report: quantifying over deliveries, waiting, alibis and blame
//! belong to `replay`, written once, so that a careless rule cannot break soundness.

pub mod capture;
pub mod closing;
mod conformance;
mod emission;
pub mod handshake;
pub mod network;
pub mod numbers;
pub mod options;
mod order;
pub mod reset;
mod rule;
pub mod timing;
mod trigger;
mod variable;
pub mod window;

pub use conformance::Requirement;
pub use emission::{Breach, Context, Emission, Need, Reuse};
pub use handshake::is_group;
pub use order::Order;
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
    &handshake::isn_repeated::RULE,
    &handshake::isn_reused::RULE,
    &handshake::fin_in_syn_sent::RULE,
    &handshake::syn_to_group::RULE,
    &handshake::answer_to_group::RULE,
    &handshake::group_source::RULE,
    &handshake::simultaneous_open_refused::RULE,
    &handshake::simultaneous_open_without_synack::RULE,
    &handshake::half_open::RULE,
    &handshake::old_duplicate_syn::RULE,
    &handshake::simultaneous_open::RULE,
    &handshake::port_reuse::RULE,
    &handshake::refused::RULE,
    &handshake::fast_open::RULE,
    &handshake::data_on_syn::RULE,
    &handshake::data_before_third_ack_legal::RULE,
    &handshake::port_zero::RULE,
    &numbers::ack_of_unsent::RULE,
    &numbers::ack_regression::RULE,
    &numbers::seq_outside_window::RULE,
    &numbers::ack_flag_missing::RULE,
    &numbers::ack_of_unreceived::RULE,
    &numbers::retransmission_payload_differs::RULE,
    &numbers::keepalive_while_outstanding::RULE,
    &numbers::keepalive::RULE,
    &window::window_overrun::RULE,
    &window::window_shrunk::RULE,
    &window::window_scaled_without_agreement::RULE,
    &window::probe_no_backoff::RULE,
    &window::zero_window::RULE,
    &window::window_probe::RULE,
    &window::silly_window::RULE,
    &closing::data_after_fin::RULE,
    &closing::fin_seq_conflict::RULE,
    &closing::early_time_wait_exit::RULE,
    &closing::fin_not_acknowledged::RULE,
    &closing::time_wait_no_reack::RULE,
    &closing::half_close::RULE,
    &closing::simultaneous_close::RULE,
    &closing::time_wait_assassination::RULE,
    &closing::time_wait_reack::RULE,
    &closing::half_duplex_close::RULE,
    &closing::vanished_in_fin_wait::RULE,
    &reset::bad_reset::RULE,
    &reset::reset_for_reset::RULE,
    &reset::segment_after_reset::RULE,
    &reset::no_challenge_ack::RULE,
    &reset::reset_acks_unsent::RULE,
    &reset::challenge_ack::RULE,
    &reset::challenge_ack_storm::RULE,
    &reset::reset_ack_loop::RULE,
    &reset::reset_storm::RULE,
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
    &options::header_padding_not_zero::RULE,
    &options::option_repeated::RULE,
    &options::fast_open_malformed::RULE,
    &options::fast_open_outside_syn::RULE,
    &options::fast_open_not_requested::RULE,
    &options::user_timeout_malformed::RULE,
    &options::accurate_ecn_malformed::RULE,
    &options::signature_malformed::RULE,
    &options::signatures_mixed::RULE,
    &options::signature_missing::RULE,
    &options::mptcp_not_offered::RULE,
    &options::mss_too_large::RULE,
    &options::mss_tiny::RULE,
    &options::mss_absent::RULE,
    &options::window_scale_changed::RULE,
    &options::timestamp_echo_without_ack::RULE,
    &options::timestamp_echo_regression::RULE,
    &options::sack_blocks_overlap::RULE,
    &options::sack_on_syn::RULE,
    &options::ecn_not_requested::RULE,
    &options::accurate_ecn_not_requested::RULE,
    &options::ecn_reflected::RULE,
    &options::ect_not_negotiated::RULE,
    &options::ecn_flags_not_negotiated::RULE,
    &options::mark_not_echoed::RULE,
    &options::ect_on_control::RULE,
    &options::urgent::RULE,
    &options::syn_reset::RULE,
    &options::fin_reset::RULE,
    &options::christmas_tree::RULE,
    &options::no_control_bits::RULE,
    &options::fin_without_ack::RULE,
    &options::urgent_pointer_unused::RULE,
    &options::urgent_pointer_recedes::RULE,
    &timing::retransmission_too_early::RULE,
    &timing::rto_no_backoff::RULE,
    &timing::ack_delayed::RULE,
    &timing::initial_window_large::RULE,
    &network::forged_segment::RULE,
    &network::retransmission::RULE,
    &network::spurious_retransmission::RULE,
    &network::reordering::RULE,
    &network::network_duplicate::RULE,
    &network::bad_checksum::RULE,
    &network::old_duplicate::RULE,
    &network::syn_retransmission::RULE,
    &network::synack_retransmission::RULE,
    &network::fin_retransmission::RULE,
    &network::duplicate_sack::RULE,
    &network::congestion_marked::RULE,
    &network::loss_before_tap::RULE,
    &network::loss_after_tap::RULE,
    &network::timeout_abort::RULE,
    &network::no_answer::RULE,
    &network::disagreeing_fragments::RULE,
    &network::numbers_rewritten::RULE,
    &capture::truncated_file::RULE,
    &capture::capture_loss::RULE,
    &capture::undecodable_frames::RULE,
    &capture::capture_reordered::RULE,
    &capture::capture_duplicates::RULE,
    &capture::two_vantages::RULE,
    &capture::snaplen::RULE,
    &capture::clock_step::RULE,
    &capture::midstream_start::RULE,
    &capture::one_direction::RULE,
    &capture::bad_checksum_is_offload::RULE,
    &capture::no_timestamps::RULE,
    &capture::truncated_capture::RULE,
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
    fn rules_that_blame_an_endpoint_rest_on_requirements() {
        for rule in RULES {
            assert!(
                rule.blame != Blame::Endpoint || !rule.requirements.is_empty(),
                "{}",
                rule.name
            );
            assert!(!rule.cites.is_empty(), "{}", rule.name);
        }
    }
}
