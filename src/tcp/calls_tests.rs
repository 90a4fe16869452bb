//! What an endpoint's own segments prove, and whole conversations seen from both ends.

use super::*;
use crate::tcp::{Flags, Foreign, Local, Segment, Seq, SeqNum, arrives};

const SYN: Flags = Flags::SYN;
const ACK: Flags = Flags::ACK;
const FIN: Flags = Flags::FIN;
const RST: Flags = Flags::RST;

/// The variables of both ends of one conversation, A and B.
struct Ends {
    a: Variables,
    b: Variables,
}

impl Ends {
    fn fresh() -> Self {
        Self {
            a: Variables::fresh(None),
            b: Variables::fresh(None),
        }
    }

    /// A emits, and the segment passes the tap towards B.
    fn a(&mut self, flags: Flags, text: u32, seq: i64, ack: i64) -> String {
        Self::pass(&mut self.a, &mut self.b, flags, text, (seq, ack));
        self.states()
    }

    fn b(&mut self, flags: Flags, text: u32, seq: i64, ack: i64) -> String {
        Self::pass(&mut self.b, &mut self.a, flags, text, (seq, ack));
        self.states()
    }

    fn pass(
        own: &mut Variables,
        peer: &mut Variables,
        flags: Flags,
        text: u32,
        (seq, ack): (i64, i64),
    ) {
        let wire = SeqNum(5000).advance(u32::try_from(seq).unwrap());
        let segment = Segment {
            seq: wire,
            flags,
            text,
            ..Segment::default()
        };
        let sent = sent(&segment, seq, ack);
        *own = emits(own, &sent);
        *peer = arrives::segment(peer, &sent.across()).after;
    }

    fn states(&self) -> String {
        format!("{} / {}", self.a.states(), self.b.states())
    }

    fn open() -> Self {
        let mut ends = Self::fresh();
        ends.a(SYN, 0, 0, 0);
        ends.b(SYN.with(ACK), 0, 0, 1);
        ends.a(ACK, 0, 1, 1);
        ends
    }
}

fn sent(segment: &Segment, seq: i64, ack: i64) -> Sent<'_> {
    let ack = segment.has_ack().then(|| Seq::relative(ack));
    Sent {
        segment,
        seq: Seq::<Local>::relative(seq),
        ack,
    }
}

#[test]
fn three_way_handshake_from_both_ends() {
    let mut ends = Ends::fresh();
    assert_eq!(
        ends.a(SYN, 0, 0, 0),
        "SYN-SENT / LISTEN|SYN-RECEIVED|CLOSED"
    );
    assert_eq!(
        ends.b(SYN.with(ACK), 0, 0, 1),
        "SYN-SENT|ESTABLISHED / SYN-RECEIVED"
    );
    assert_eq!(
        ends.a(ACK, 0, 1, 1),
        "ESTABLISHED / SYN-RECEIVED|ESTABLISHED"
    );
    assert_eq!(
        ends.b(ACK, 7, 1, 1),
        "ESTABLISHED / SYN-RECEIVED|ESTABLISHED",
        "text does not prove it"
    );
}

#[test]
fn simultaneous_open_from_both_ends() {
    let mut ends = Ends::fresh();
    ends.a(SYN, 0, 0, 0);
    let crossed = ends.b(SYN, 0, 0, 0);
    assert_eq!(crossed, "SYN-SENT|SYN-RECEIVED / SYN-SENT|SYN-RECEIVED");
    ends.a(SYN.with(ACK), 0, 0, 1);
    let answered = ends.b(SYN.with(ACK), 0, 0, 1);
    assert_eq!(
        answered,
        "SYN-RECEIVED|ESTABLISHED / SYN-RECEIVED|ESTABLISHED"
    );
    let challenged = ends.a(ACK, 0, 1, 1);
    assert!(
        challenged.starts_with("SYN-RECEIVED|ESTABLISHED"),
        "the ACK may answer the repeated SYN"
    );
}

#[test]
fn four_segment_close_from_both_ends() {
    let mut ends = Ends::open();
    ends.b(ACK, 0, 1, 1);
    ends.a(FIN.with(ACK), 0, 1, 1);
    assert_eq!(ends.a.states().to_string(), "FIN-WAIT-1");
    ends.b(ACK, 0, 1, 2);
    assert!(ends.b.states().contains(State::CloseWait));
    assert_eq!(ends.a.states().to_string(), "FIN-WAIT-1|FIN-WAIT-2");
    ends.b(FIN.with(ACK), 0, 1, 2);
    assert_eq!(ends.b.states().to_string(), "LAST-ACK");
    ends.a(ACK, 0, 2, 2);
    assert_eq!(ends.a.states().to_string(), "CLOSING|TIME-WAIT");
    assert_eq!(ends.b.states().to_string(), "LAST-ACK|CLOSED");
    assert!(
        crate::tcp::timeouts::time_wait(&ends.a)
            .states()
            .contains(State::Closed)
    );
}

#[test]
fn simultaneous_close_ends_in_time_wait_on_both_sides() {
    let mut ends = Ends::open();
    ends.a(FIN.with(ACK), 0, 1, 1);
    ends.b(FIN.with(ACK), 0, 1, 1);
    ends.a(ACK, 0, 2, 2);
    let both = ends.b(ACK, 0, 2, 2);
    assert_eq!(both, "CLOSING|TIME-WAIT / CLOSING|TIME-WAIT");
}

#[test]
fn fin_from_syn_received_keeps_its_syn_unacknowledged() {
    let mut ends = Ends::fresh();
    ends.a(SYN, 0, 0, 0);
    ends.b(SYN.with(ACK), 0, 0, 1);
    ends.b(FIN.with(ACK), 0, 1, 1);
    assert_eq!(ends.b.states().to_string(), "FIN-WAIT-1");
    assert_eq!(ends.b.send.lo(), SendHalf::FinSent { syn_acked: false });
}

#[test]
fn fin_that_acknowledges_a_fin_may_be_a_copy() {
    let mut ends = Ends::open();
    ends.a(FIN.with(ACK), 0, 1, 1);
    ends.b(FIN.with(ACK), 0, 1, 2);
    let states = ends.b.states();
    assert!(states.contains(State::LastAck) && states.contains(State::Closing));
}

#[test]
fn abort_closes_and_an_answer_to_an_unknown_segment_may() {
    let mut ends = Ends::open();
    ends.a(RST.with(ACK), 0, 1, 1);
    assert_eq!(ends.a.states().to_string(), "CLOSED");
    assert_eq!(
        ends.b.states().to_string(),
        "LISTEN|SYN-RECEIVED|ESTABLISHED|CLOSED"
    );
    let mut ends = Ends::open();
    ends.a(RST, 0, 500, 0);
    assert_eq!(ends.a.states().to_string(), "ESTABLISHED|CLOSED");
}

#[test]
fn refused_syn_closes_the_opener() {
    let mut ends = Ends::fresh();
    ends.a(SYN, 0, 0, 0);
    ends.b(RST.with(ACK), 0, 0, 1);
    assert_eq!(ends.a.states().to_string(), "SYN-SENT|CLOSED");
}

#[test]
fn listener_does_not_send_text_before_its_syn_is_acknowledged() {
    let mut ends = Ends::fresh();
    ends.a(SYN, 0, 0, 0);
    ends.b(SYN.with(ACK), 0, 0, 1);
    let text = Segment {
        flags: ACK,
        text: 9,
        ..Segment::default()
    };
    let early = sent(&text, 1, 1);
    assert!(!permit(&ends.b, &early));
    ends.a(ACK, 0, 1, 1);
    assert!(permit(&ends.b, &early));
}

#[test]
fn nothing_new_follows_a_fin() {
    let mut ends = Ends::open();
    ends.a(FIN.with(ACK), 4, 1, 1);
    let segment = Segment {
        flags: ACK,
        text: 4,
        ..Segment::default()
    };
    assert!(permit(&ends.a, &sent(&segment, 1, 1)), "the text again");
    assert!(!permit(&ends.a, &sent(&segment, 2, 1)));
    let fin = Segment {
        flags: FIN.with(ACK),
        ..Segment::default()
    };
    assert!(permit(&ends.a, &sent(&fin, 5, 1)) && !permit(&ends.a, &sent(&fin, 6, 1)));
}

#[test]
fn a_syn_is_repeated_with_the_same_number_and_only_before_the_handshake() {
    let mut ends = Ends::fresh();
    ends.a(SYN, 0, 0, 0);
    let syn = Segment {
        flags: SYN,
        ..Segment::default()
    };
    assert!(permit(&ends.a, &sent(&syn, 0, 0)) && !permit(&ends.a, &sent(&syn, 9, 0)));
    ends.b(SYN.with(ACK), 0, 0, 1);
    ends.a(ACK, 0, 1, 1);
    assert!(!permit(&ends.a, &sent(&syn, 0, 0)));
}

#[test]
fn a_reset_of_a_live_connection_has_a_number_of_its_own_stream() {
    let ends = Ends::open();
    let rst = Segment {
        flags: RST.with(ACK),
        ..Segment::default()
    };
    assert!(permit(&ends.a, &sent(&rst, 1, 1)));
    assert!(!permit(&ends.a, &sent(&rst, 70_000, 1)) && !permit(&ends.a, &sent(&rst, 1, 70_000)));
    let received: Seq<Foreign> = Seq::FIRST;
    assert!(ends.a.rcv_nxt.may_be(received));
}

#[test]
fn a_segment_proves_that_its_sender_has_opened() {
    let mut ends = Ends::fresh();
    ends.a(ACK, 3, 70, 90);
    let states = ends.a.states();
    assert!(!states.contains(State::Listen) && states.contains(State::SynReceived));
    assert!(ends.a.snd_una.may_be(Seq::relative(80)) && ends.a.rcv_nxt.may_be(Seq::relative(100)));
}

#[test]
fn midstream_narrows_by_what_is_sent() {
    let mut v = Variables::midstream();
    let fin = Segment {
        flags: FIN.with(ACK),
        ..Segment::default()
    };
    v = emits(&v, &sent(&fin, 10, 20));
    let states = v.states();
    assert!(states.contains(State::LastAck) && states.contains(State::FinWait1));
    assert!(!states.contains(State::Established) && !states.contains(State::CloseWait));
}

#[test]
fn fast_open_lets_text_precede_the_handshake() {
    let mut ends = Ends::fresh();
    ends.a(SYN, 4, 0, 0);
    ends.b(SYN.with(ACK), 0, 0, 5);
    let text = Segment {
        flags: ACK,
        text: 9,
        ..Segment::default()
    };
    assert!(permit(&ends.b, &sent(&text, 1, 5)));
}

#[test]
fn syn_sent_may_have_been_closed_unheard() {
    let mut opener = Variables::fresh(Some(Opening::Active));
    opener.send.prove(SendHalf::SynSent);
    assert_eq!(opener.states().to_string(), "SYN-SENT");
    assert_eq!(unheard(&opener).to_string(), "SYN-SENT|CLOSED");
    opener.send.prove(SendHalf::SynAcked);
    opener.recv.prove(RecvHalf::SynReceived);
    assert_eq!(unheard(&opener).to_string(), "ESTABLISHED");
}
