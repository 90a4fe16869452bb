//! ESTABLISHED, and what the later states have in common with it.

use super::*;
use State::{CloseWait, Closing, Established, FinWait1, FinWait2, LastAck, TimeWait};

const SYNCHRONIZED: [State; 7] = [
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
];

#[test]
fn synchronized_exact_rst_closes_silently() {
    for state in SYNCHRONIZED {
        let outcome = on(state, RST, 0, NXT, 0);
        assert_silent(&outcome);
        assert!(outcome.after.states().contains(State::Closed), "{state}");
        assert!(
            outcome.after.states().contains(state),
            "it may never arrive"
        );
    }
}

#[test]
fn synchronized_rst_in_window_is_challenged_or_believed() {
    for state in SYNCHRONIZED {
        let outcome = on(state, RST, 0, NXT + 1, 0);
        assert_ack_only(&outcome);
        assert!(
            outcome.answers.silence && outcome.after.states().contains(State::Closed),
            "{state}"
        );
    }
}

#[test]
fn synchronized_rst_outside_the_window_is_ignored() {
    for state in SYNCHRONIZED {
        for seq in [5, EDGE + 500] {
            let outcome = on(state, RST, 0, seq, 0);
            assert_silent(&outcome);
        }
        let outcome = on(state, RST, 0, 5, 0);
        assert_eq!(
            states(&outcome),
            state.name(),
            "it can never be in the window"
        );
    }
}

#[test]
fn established_syn_in_window_is_challenged_or_reset() {
    for flags in [SYN, SYN.with(ACK)] {
        let outcome = on(Established, flags, 0, NXT + 20, 90);
        assert!(
            outcome.answers.ack && outcome.answers.silence && outcome.answers.syn_ack.is_none()
        );
        assert!(outcome.answers.resets.own, "RFC 793");
        assert!(outcome.after.states().contains(State::Closed));
    }
}

#[test]
fn established_syn_outside_the_window_is_acknowledged() {
    for (flags, seq) in [(SYN, 0), (SYN.with(ACK), 0), (SYN, 9000)] {
        let outcome = on(Established, flags, 0, seq, 1);
        assert_ack_only(&outcome);
        assert_eq!(states(&outcome), "ESTABLISHED");
    }
}

#[test]
fn synchronized_segment_without_ack_is_dropped() {
    for state in SYNCHRONIZED {
        let outcome = on(state, FIN, 5, NXT, 0);
        assert_silent(&outcome);
        assert_eq!(states(&outcome), state.name());
        assert!(
            !outcome.after.rcv_nxt.may_ge(Seq::relative(NXT + 1)),
            "{state}: none of it is acknowledged"
        );
    }
}

#[test]
fn synchronized_ack_of_unsent_is_acknowledged() {
    for state in SYNCHRONIZED {
        let outcome = on(state, ACK, 3, NXT, NXT + 1);
        assert_ack_only(&outcome);
        assert!(outcome.answers.silence, "{state}");
    }
}

#[test]
fn established_very_old_ack_is_challenged_or_its_text_taken() {
    let outcome = on(Established, ACK, 3, NXT, -90_000);
    assert!(outcome.answers.ack && outcome.answers.silence);
    assert!(outcome.after.rcv_nxt.may_be(Seq::relative(NXT + 3)));
}

#[test]
fn established_old_ack_draws_no_reset() {
    let outcome = on(Established, ACK, 0, NXT, 81);
    assert!(!outcome.answers.resets.any() && outcome.answers.silence);
    assert_eq!(states(&outcome), "ESTABLISHED");
}

#[test]
fn synchronized_unacceptable_number_is_acknowledged() {
    for state in SYNCHRONIZED {
        for (text, seq) in [(0, NXT - 1), (1, NXT - 1), (20, 40), (3, EDGE)] {
            let outcome = on(state, ACK, text, seq, 90);
            assert_ack_only(&outcome);
            assert!(outcome.answers.silence, "{state}");
        }
    }
}

#[test]
fn established_text_in_order_is_acknowledged_to_its_end() {
    let outcome = on(Established, ACK, 5, NXT, NXT);
    assert!(outcome.answers.ack && !outcome.answers.silence);
    let nxt = outcome.after.rcv_nxt;
    assert!(nxt.may_be(Seq::relative(NXT + 5)) && !nxt.may_ge(Seq::relative(NXT + 6)));
    assert_eq!(states(&outcome), "ESTABLISHED");
}

#[test]
fn established_text_beyond_a_hole_is_not_acknowledged() {
    let outcome = on(Established, ACK, 5, NXT + 10, NXT);
    assert!(outcome.answers.ack && outcome.answers.silence);
    assert!(!outcome.after.rcv_nxt.may_ge(Seq::relative(NXT + 1)));
}

#[test]
fn established_text_that_fills_the_hole_lets_all_be_acknowledged() {
    let beyond = on(Established, ACK.with(FIN), 5, NXT + 10, NXT).after;
    assert_eq!(beyond.states().to_string(), "ESTABLISHED");
    let segment = seg(ACK, 10);
    let filled = segment_in(&beyond, &at(&segment, NXT, NXT)).after;
    let nxt = filled.rcv_nxt;
    assert!(nxt.may_be(Seq::relative(NXT + 16)) && !nxt.may_ge(Seq::relative(NXT + 17)));
    assert_eq!(filled.states().to_string(), "ESTABLISHED|CLOSE-WAIT");
}

#[test]
fn established_fin_in_order_reaches_close_wait() {
    let outcome = on(Established, ACK.with(FIN), 0, NXT, NXT);
    assert_ack_only(&outcome);
    assert!(!outcome.answers.silence);
    assert_eq!(states(&outcome), "ESTABLISHED|CLOSE-WAIT");
    assert!(!outcome.after.rcv_nxt.may_ge(Seq::relative(NXT + 2)));
}

#[test]
fn established_fin_beyond_a_hole_is_not_acknowledged() {
    let outcome = on(Established, ACK.with(FIN), 0, NXT + 10, NXT);
    assert!(!outcome.after.rcv_nxt.may_ge(Seq::relative(NXT + 1)));
    assert_eq!(states(&outcome), "ESTABLISHED");
}

#[test]
fn established_shut_window_still_takes_the_ack_of_a_probe() {
    let mut v = in_state_named(Established);
    v.rcv_edge = v.rcv_nxt;
    let segment = seg(ACK, 1);
    let outcome = segment_in(&v, &at(&segment, NXT, 95));
    assert_ack_only(&outcome);
    assert!(outcome.after.snd_una.may_be(Seq::relative(95)));
}

#[test]
fn late_rst_closes_what_was_not_open_when_it_passed() {
    let opener = on(State::SynSent, RST, 0, 1, 0).after;
    let segment = seg(SYN.with(ACK), 0);
    let open = segment_in(&opener, &at(&segment, 0, 1)).after;
    assert_eq!(open.states().to_string(), "SYN-SENT|ESTABLISHED|CLOSED");
}
