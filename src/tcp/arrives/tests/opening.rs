//! CLOSED, LISTEN, SYN-SENT, SYN-RECEIVED.

use super::*;
use State::{Closed, Listen, SynReceived, SynSent};

fn with(a: Flags, b: Flags) -> Flags {
    a.with(b)
}

#[test]
fn closed_rst_is_silent() {
    assert_silent(&on(Closed, RST, 0, 7, 0));
    assert_silent(&on(Closed, with(RST, ACK), 0, 7, 9));
}

#[test]
fn closed_segment_without_ack_draws_rst_ack() {
    for (flags, text, end) in [
        (SYN, 3, 4),
        (FIN, 0, 1),
        (Flags::default(), 0, 0),
        (Flags::default(), 5, 5),
    ] {
        let outcome = on(Closed, flags, text, 7, 0);
        assert_eq!((f1(&outcome), f2(&outcome)), (Some(7 + end), None));
        assert!(
            !outcome.answers.ack && outcome.answers.syn_ack.is_none() && outcome.answers.silence
        );
    }
}

#[test]
fn closed_segment_with_ack_draws_rst_of_that_number() {
    let outcome = on(Closed, ACK, 0, 7, 9);
    assert_eq!((f1(&outcome), f2(&outcome)), (None, Some(9)));
    assert!(!outcome.answers.ack);
}

#[test]
fn listen_rst_is_silent() {
    assert_silent(&on(Listen, RST, 0, 7, 0));
    assert_silent(&on(Listen, with(RST, SYN), 0, 7, 0));
}

#[test]
fn listen_ack_draws_rst() {
    for flags in [ACK, with(SYN, ACK)] {
        let outcome = on(Listen, flags, 0, 7, 9);
        assert_eq!((f2(&outcome), syn_ack(&outcome)), (Some(9), None));
    }
}

#[test]
fn listen_syn_draws_syn_ack() {
    let outcome = on(Listen, SYN, 0, 0, 0);
    assert_eq!(syn_ack(&outcome), Some((1, 1)));
    assert_eq!(f1(&outcome), Some(1), "a full queue may refuse");
    assert!(!outcome.answers.ack && outcome.answers.silence && f2(&outcome).is_none());
    assert_eq!(states(&outcome), "LISTEN|SYN-RECEIVED|CLOSED");
}

#[test]
fn listen_syn_with_text_is_acknowledged_at_most_to_its_end() {
    assert_eq!(syn_ack(&on(Listen, SYN, 10, 0, 0)), Some((1, 11)));
}

#[test]
fn listen_syn_fin_may_reach_close_wait() {
    let outcome = on(Listen, with(SYN, FIN), 0, 0, 0);
    assert_eq!(syn_ack(&outcome), Some((1, 1)));
    assert!(outcome.after.states().contains(State::CloseWait));
}

#[test]
fn listen_text_without_ack_is_dropped() {
    assert_silent(&on(Listen, Flags::default(), 5, 7, 0));
    assert_silent(&on(Listen, FIN, 0, 7, 0));
}

#[test]
fn syn_sent_acks_unsent_syn() {
    for (flags, ack) in [(ACK, 0), (ACK, 2), (with(SYN, ACK), 0), (with(SYN, ACK), 9)] {
        let outcome = on(SynSent, flags, 0, 0, ack);
        assert_eq!(f2(&outcome), Some(ack));
        assert!(
            !outcome.answers.ack && outcome.answers.syn_ack.is_none() && outcome.answers.silence
        );
        assert_eq!(states(&outcome), "SYN-SENT");
    }
}

#[test]
fn syn_sent_rst_with_unacceptable_ack_is_ignored() {
    for ack in [0, 2] {
        let outcome = on(SynSent, with(RST, ACK), 0, 0, ack);
        assert_silent(&outcome);
        assert_eq!(states(&outcome), "SYN-SENT");
    }
}

#[test]
fn syn_sent_rst_with_acceptable_ack_refuses() {
    let outcome = on(SynSent, with(RST, ACK), 0, 0, 1);
    assert_silent(&outcome);
    assert_eq!(states(&outcome), "SYN-SENT|CLOSED");
}

#[test]
fn syn_sent_rst_without_ack_is_ignored() {
    let outcome = on(SynSent, RST, 0, 0, 0);
    assert_silent(&outcome);
    assert_eq!(states(&outcome), "SYN-SENT");
}

#[test]
fn syn_sent_syn_ack_is_acknowledged() {
    let outcome = on(SynSent, with(SYN, ACK), 0, 0, 1);
    assert_ack_only(&outcome);
    assert!(!outcome.answers.silence);
    assert_eq!(states(&outcome), "SYN-SENT|ESTABLISHED");
    assert!(
        outcome.after.rcv_nxt.may_be(Seq::FIRST) && !outcome.after.rcv_nxt.may_ge(Seq::relative(2))
    );
}

#[test]
fn syn_sent_syn_ack_with_text_and_fin_is_taken_in_part_or_whole() {
    let outcome = on(SynSent, with(with(SYN, ACK), FIN), 4, 0, 1);
    assert_ack_only(&outcome);
    let nxt = outcome.after.rcv_nxt;
    assert!(
        nxt.may_be(Seq::FIRST) && nxt.may_be(Seq::relative(6)) && !nxt.may_ge(Seq::relative(7))
    );
    assert_eq!(states(&outcome), "SYN-SENT|ESTABLISHED|CLOSE-WAIT");
}

#[test]
fn syn_sent_bare_syn_opens_simultaneously() {
    let outcome = on(SynSent, SYN, 0, 0, 0);
    assert_eq!(syn_ack(&outcome), Some((1, 1)));
    assert!(!outcome.answers.ack && !outcome.answers.resets.any() && outcome.answers.silence);
    assert_eq!(states(&outcome), "SYN-SENT|SYN-RECEIVED");
}

#[test]
fn syn_sent_ack_alone_is_dropped() {
    for flags in [ACK, with(FIN, ACK)] {
        let outcome = on(SynSent, flags, 0, 1, 1);
        assert_silent(&outcome);
        assert_eq!(states(&outcome), "SYN-SENT");
    }
}

#[test]
fn syn_received_repeated_syn_draws_ack_or_syn_ack() {
    let outcome = on(SynReceived, SYN, 0, 0, 0);
    assert!(outcome.answers.ack && outcome.answers.silence && !outcome.answers.resets.any());
    assert_eq!(syn_ack(&outcome), Some((1, 1)));
    assert_eq!(states(&outcome), "SYN-RECEIVED");
}

#[test]
fn syn_received_other_syn_in_window_returns_to_listen_or_challenges_or_resets() {
    let outcome = on(SynReceived, SYN, 0, 40, 0);
    assert!(outcome.answers.ack && outcome.answers.silence && outcome.answers.syn_ack.is_none());
    assert_eq!((f1(&outcome), f2(&outcome)), (Some(41), None));
    assert_eq!(states(&outcome), "LISTEN|SYN-RECEIVED|CLOSED");
}

#[test]
fn syn_received_exact_rst_is_silent() {
    let outcome = on(SynReceived, RST, 0, 1, 0);
    assert_silent(&outcome);
    assert_eq!(states(&outcome), "LISTEN|SYN-RECEIVED|CLOSED");
}

#[test]
fn syn_received_rst_in_window_may_be_challenged() {
    let outcome = on(SynReceived, RST, 0, 2, 0);
    assert_ack_only(&outcome);
    assert!(outcome.answers.silence && outcome.after.ended == Ended::Maybe);
}

#[test]
fn syn_received_rst_outside_the_window_is_ignored() {
    let outcome = on(SynReceived, RST, 0, 5000, 0);
    assert_silent(&outcome);
}

#[test]
fn syn_received_unacceptable_ack_draws_rst() {
    for ack in [0, 2] {
        let outcome = on(SynReceived, ACK, 0, 1, ack);
        assert_eq!(f2(&outcome), Some(ack));
        assert!(!outcome.answers.ack && outcome.answers.syn_ack.is_none());
        assert_eq!(states(&outcome), "SYN-RECEIVED");
    }
}

#[test]
fn syn_received_ack_establishes() {
    let outcome = on(SynReceived, ACK, 0, 1, 1);
    assert!(!outcome.answers.resets.any() && outcome.answers.silence);
    assert_eq!(syn_ack(&outcome), Some((1, 1)), "its queue may be full");
    assert_eq!(states(&outcome), "SYN-RECEIVED|ESTABLISHED");
}

#[test]
fn syn_received_crossed_syn_ack_establishes() {
    let mut v = in_state_named(SynReceived);
    (v.opened, v.may_cross) = (Some(Opening::Active), true);
    let segment = seg(with(SYN, ACK), 0);
    let outcome = segment_in(&v, &at(&segment, 0, 1));
    assert!(outcome.answers.ack && outcome.answers.silence && !outcome.answers.resets.any());
    assert_eq!(states(&outcome), "SYN-RECEIVED|ESTABLISHED");
}

#[test]
fn syn_received_text_without_ack_is_dropped() {
    for flags in [Flags::default(), FIN] {
        let outcome = on(SynReceived, flags, 5, 1, 0);
        assert_silent(&outcome);
        assert_eq!(states(&outcome), "SYN-RECEIVED");
    }
}

#[test]
fn syn_received_unacceptable_number_draws_ack() {
    let outcome = on(SynReceived, ACK, 5, 5000, 1);
    assert!(outcome.answers.ack && outcome.answers.silence && !outcome.answers.resets.any());
}

#[test]
fn syn_received_ack_with_fin_reaches_close_wait() {
    let outcome = on(SynReceived, with(ACK, FIN), 0, 1, 1);
    assert!(outcome.answers.ack && !outcome.answers.resets.any());
    assert!(outcome.after.states().contains(State::CloseWait));
}
