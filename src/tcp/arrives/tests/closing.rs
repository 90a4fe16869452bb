//! FIN-WAIT-1 to TIME-WAIT, where they differ from ESTABLISHED.

use super::*;
use crate::tcp::segment::TimestampOption;
use State::{CloseWait, Closing, FinWait1, FinWait2, LastAck, TimeWait};

#[test]
fn fin_wait_1_ack_of_fin_reaches_fin_wait_2() {
    let outcome = on(FinWait1, ACK, 0, NXT, NXT);
    assert_silent(&outcome);
    assert_eq!(states(&outcome), "FIN-WAIT-1|FIN-WAIT-2");
}

#[test]
fn fin_wait_1_fin_reaches_closing() {
    let outcome = on(FinWait1, ACK.with(FIN), 0, NXT, NXT - 1);
    assert_ack_only(&outcome);
    let states = outcome.after.states();
    assert!(states.contains(Closing) && !states.contains(TimeWait) && !states.contains(FinWait2));
}

#[test]
fn fin_wait_1_fin_and_ack_of_fin_reach_time_wait() {
    let outcome = on(FinWait1, ACK.with(FIN), 0, NXT, NXT);
    assert_ack_only(&outcome);
    assert!(outcome.after.states().contains(TimeWait));
}

#[test]
fn fin_wait_text_is_acknowledged_or_reset() {
    for state in [FinWait1, FinWait2] {
        let outcome = on(state, ACK, 5, NXT, NXT);
        assert!(outcome.answers.ack && outcome.answers.resets.own);
        assert_eq!(f2(&outcome), Some(NXT), "nobody is left to read it");
        assert!(outcome.after.rcv_nxt.may_be(Seq::relative(NXT + 5)));
    }
}

#[test]
fn fin_wait_2_fin_reaches_time_wait() {
    let outcome = on(FinWait2, ACK.with(FIN), 0, NXT, NXT);
    assert_ack_only(&outcome);
    assert!(outcome.after.states().contains(TimeWait) && !outcome.after.states().contains(Closing));
}

#[test]
fn fin_wait_2_new_syn_may_be_reset() {
    let outcome = on(FinWait2, SYN, 0, 9000, 0);
    assert!(
        outcome.answers.ack && outcome.answers.resets.any() && outcome.answers.syn_ack.is_none()
    );
}

#[test]
fn closing_ack_of_fin_reaches_time_wait() {
    let outcome = on(Closing, ACK, 0, NXT, NXT);
    assert_silent(&outcome);
    assert_eq!(states(&outcome), "CLOSING|TIME-WAIT");
}

#[test]
fn close_wait_text_beyond_the_fin_is_ignored() {
    let outcome = on(CloseWait, ACK, 5, NXT, NXT);
    assert_ack_only(&outcome);
    assert!(outcome.answers.silence);
    assert!(!outcome.after.rcv_nxt.may_ge(Seq::relative(NXT + 1)));
    assert_eq!(states(&outcome), "CLOSE-WAIT");
}

#[test]
fn close_wait_repeated_fin_is_acknowledged() {
    for state in [CloseWait, LastAck, Closing, TimeWait] {
        let outcome = on(state, ACK.with(FIN), 0, NXT - 1, 90);
        assert_ack_only(&outcome);
        assert_eq!(states(&outcome), state.name());
    }
}

#[test]
fn last_ack_ack_of_fin_closes_silently() {
    let outcome = on(LastAck, ACK, 0, NXT, NXT);
    assert_silent(&outcome);
    assert_eq!(states(&outcome), "LAST-ACK|CLOSED");
}

#[test]
fn last_ack_passed_answers_like_closed() {
    let closed = on(LastAck, ACK, 0, NXT, NXT).after;
    let segment = seg(ACK.with(FIN), 0);
    let outcome = segment_in(&closed, &at(&segment, NXT - 1, NXT));
    assert_eq!(f2(&outcome), Some(NXT));
    assert!(outcome.answers.ack, "it may still be in LAST-ACK");
}

#[test]
fn time_wait_text_and_acks_draw_no_reset() {
    for (text, seq) in [(0, NXT), (5, NXT), (5, 40)] {
        let outcome = on(TimeWait, ACK, text, seq, NXT);
        assert_ack_only(&outcome);
        assert!(outcome.answers.silence);
        assert!(!outcome.after.rcv_nxt.may_ge(Seq::relative(NXT + 1)));
    }
}

#[test]
fn time_wait_syn_with_newer_number_may_open_again() {
    let outcome = on(TimeWait, SYN, 0, NXT + 1, 0);
    assert_eq!(syn_ack(&outcome), Some((NXT + 2, NXT + 2)));
    assert!(outcome.answers.ack && outcome.answers.silence && !outcome.answers.resets.any());
}

#[test]
fn time_wait_syn_with_older_number_is_challenged_or_dropped() {
    for seq in [NXT, 5] {
        let outcome = on(TimeWait, SYN, 0, seq, 0);
        assert_ack_only(&outcome);
        assert!(outcome.answers.silence);
    }
}

#[test]
fn time_wait_syn_is_judged_by_its_timestamp() {
    let mut v = in_state_named(TimeWait);
    v.ts_recent = Some(1000);
    for (val, seq, opens) in [
        (1001, 5, true),
        (1000, 5, false),
        (1000, NXT + 1, true),
        (999, NXT + 1, false),
    ] {
        let mut segment = seg(SYN, 0);
        segment.options.timestamps = Some(TimestampOption { val, ecr: 0 });
        let outcome = segment_in(&v, &at(&segment, seq, 0));
        assert_eq!(
            outcome.answers.syn_ack.is_some(),
            opens,
            "TSval {val} SEQ {seq}"
        );
        assert!(!outcome.answers.resets.any());
    }
}

#[test]
fn time_wait_syn_ack_is_challenged() {
    let outcome = on(TimeWait, SYN.with(ACK), 0, NXT + 1, NXT);
    assert_ack_only(&outcome);
}
