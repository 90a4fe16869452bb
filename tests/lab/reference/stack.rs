//! A host with one address pair: CLOSED and LISTEN, opening, TIME-WAIT reuse, crash, and the IP layer below.

use super::super::faults::Fault;
use super::super::packet::{ACK, RST, SYN, Segment};
use super::super::path::{Host, MILLI, SECOND, START};
use super::super::rng::Rng;
use super::arrive::{answer_with_reset, newer};
use super::{App, Fate, Persona, State, Tcb, octet};
use tcplint::tcp::{self, StateSet};

/// What the host is going to do with its port.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Own opens that are left.
    pub opens: u32,
    /// Most octets that a program writes.
    pub size: i64,
    pub listens: bool,
    /// Chance per second of a crash.
    pub crashes: f64,
    /// Answers nothing where it has no connection.
    pub stealth: bool,
    /// Programs never abort (for faults in long connections).
    pub calm: bool,
}

impl Plan {
    /// Opens so often, or else listens, and neither crashes nor hides.
    pub const fn plain(opens: u32, size: i64, calm: bool) -> Self {
        Self {
            opens,
            size,
            listens: opens == 0,
            crashes: 0.0,
            stealth: false,
            calm,
        }
    }
}

/// The host.
#[derive(Clone, Debug)]
pub struct Stack {
    me: usize,
    pub persona: Persona,
    pub plan: Plan,
    pub tcb: Option<Tcb>,
    rng: Rng,
    next_iss: u32,
    id: u16,
    open_at: Option<u64>,
    crash_at: Option<u64>,
    pub sent: u64,
    pub fault: Option<Fault>,
    /// The spoilt packet.
    pub planted: Option<Vec<u8>>,
}

impl Stack {
    pub fn new(me: usize, plan: Plan, mut rng: Rng) -> Self {
        let persona = Persona::random(&mut rng);
        let open_at = (plan.opens > 0).then(|| START + rng.below(20 * MILLI));
        let crash_at = rng
            .chance(plan.crashes)
            .then(|| START + rng.below(20 * SECOND));
        Self {
            me,
            persona,
            plan,
            tcb: None,
            next_iss: rng.next() as u32,
            id: rng.next() as u16,
            rng,
            open_at,
            crash_at,
            sent: 0,
            fault: None,
            planted: None,
        }
    }

    /// A number beyond all used before on this port pair (RFC 9293 section 3.4.1, MAY-2).
    fn fresh_iss(&mut self) -> u32 {
        if let Some(tcb) = &self.tcb {
            self.next_iss = tcb.seq(tcb.snd_nxt.max(tcb.snd_edge));
        }
        self.next_iss = self
            .next_iss
            .wrapping_add(self.rng.between(1 << 20, 1 << 24) as u32);
        self.next_iss
    }

    fn new_tcb(&mut self, active: bool) -> Tcb {
        let iss = self.fresh_iss();
        let mut rng = self.rng.fork(u64::from(iss));
        let mut app = App::random(&mut rng, self.plan.size);
        if self.plan.calm {
            app.aborts = 0.0;
            app.reads = app.reads.max(0.5);
        }
        Tcb::new(iss, active, self.persona.clone(), app, rng)
    }

    fn open(&mut self, now: u64, out: &mut Vec<Segment>) {
        self.plan.opens -= 1;
        let mut tcb = self.new_tcb(true);
        tcb.snd_nxt = 1;
        tcb.rto_at = Some(now + tcb.rto);
        tcb.app.at = Some(now + 1 + self.rng.below(SECOND));
        let mut syn = tcb.syn(now);
        if self.persona.fast_open && tcb.app.to_write > 0 {
            let text = self.rng.len(0, tcb.app.to_write.min(400));
            tcb.app.to_write -= text;
            tcb.written = text;
            tcb.syn_text = text;
            tcb.snd_nxt = 1 + text;
            syn.options.cookie = Some(vec![7; 8]);
            syn.text = (1..=text).map(|at| octet(tcb.iss, at)).collect();
        }
        out.push(syn);
        self.tcb = Some(tcb);
    }

    fn gone(&mut self, now: u64) {
        self.fresh_iss();
        self.tcb = None;
        if self.plan.opens > 0 {
            let pause = self
                .rng
                .pick(&[MILLI, 100 * MILLI, 5 * SECOND, 40 * SECOND]);
            // The hasty one (a planted fault) does not dawdle.
            let pause = if self.persona.time_wait < 30 * SECOND {
                pause.min(5 * SECOND)
            } else {
                pause
            };
            self.open_at = Some(now + 1 + self.rng.below(pause));
        }
    }

    /// CLOSED and LISTEN.
    fn without_tcb(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) {
        if segment.has(RST) {
            return;
        }
        let opens = segment.has(SYN) && !segment.has(ACK);
        if self.plan.listens && opens {
            self.accept(now, segment, out);
        } else if self.plan.listens && !segment.has(ACK) || self.plan.stealth {
            // LISTEN drops what has neither SYN nor ACK.
        } else {
            let mut reset = answer_with_reset(segment);
            if reset.has(ACK) && self.rng.chance(0.1) {
                reset.wnd = 512;
            }
            out.push(reset);
        }
    }

    fn accept(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) {
        let mut tcb = self.new_tcb(false);
        tcb.learn(segment);
        tcb.snd_nxt = 1;
        tcb.rto_at = Some(now + tcb.rto);
        // The window of a SYN counts unscaled.
        tcb.snd_edge = 1 + i64::from(segment.wnd);
        tcb.max_window = i64::from(segment.wnd);
        tcb.snd_wl = (0, 0);
        let cookie = segment.options.cookie.is_some() && self.persona.fast_open;
        let text = (segment.text.len() as i64).min(tcb.rcv_edge - 1);
        if cookie && text > 0 && self.rng.chance(0.7) {
            tcb.rcv_nxt += text;
        }
        let syn = tcb.syn(now);
        out.push(syn);
        self.tcb = Some(tcb);
    }

    /// A SYN for a connection in TIME-WAIT (RFC 9293 MAY-2, RFC 6191). Returns whether it was accepted.
    fn reopens(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) -> bool {
        let Some(tcb) = &self.tcb else { return false };
        let old = tcb.state != State::TimeWait || segment.has(ACK | RST) || !segment.has(SYN);
        if old || !self.plan.listens {
            return false;
        }
        let beyond = tcb.peer_offset(segment.seq) > tcb.rcv_nxt;
        let permitted = match (tcb.ts_ok, segment.options.ts) {
            (true, Some((val, _))) => newer(val, tcb.ts_recent) || val == tcb.ts_recent && beyond,
            (true, None) | (false, None) => beyond,
            (false, Some(_)) => beyond,
        };
        if permitted {
            self.accept(now, segment, out);
        }
        permitted
    }

    fn emit(&mut self, now: u64, mut segments: Vec<Segment>, out: &mut Vec<Vec<u8>>) {
        let fault = self.fault.as_mut();
        let planted = fault.and_then(|fault| fault.apply(now, self.tcb.as_ref(), &mut segments));
        for (at, segment) in segments.into_iter().enumerate() {
            self.id = self.id.wrapping_add(1);
            let id = match self.persona.ip_id {
                0 => 0,
                1 => self.id,
                _ => self.rng.next() as u16,
            };
            self.sent += 1;
            let packet = segment.encode(self.me, self.persona.ttl, id);
            if planted == Some(at) {
                self.planted = Some(packet.clone());
            }
            out.push(packet);
        }
    }

    /// A restart forgets everything; TIME-WAIT is left alone, since forgetting it is a fault (MUST-13).
    fn crash(&mut self, now: u64) {
        let keeps = self
            .tcb
            .as_ref()
            .is_none_or(|tcb| matches!(tcb.state, State::TimeWait | State::Closing));
        if !keeps {
            self.gone(now);
        }
    }
}

impl Host for Stack {
    fn receive(&mut self, now: u64, packet: &[u8], out: &mut Vec<Vec<u8>>) {
        let segment = Segment::decode(packet);
        let mut segments = Vec::new();
        if self.reopens(now, &segment, &mut segments) {
            self.emit(now, segments, out);
            return;
        }
        match &mut self.tcb {
            None => self.without_tcb(now, &segment, &mut segments),
            Some(tcb) => {
                if tcb.arrive(now, &segment, &mut segments) == Fate::Gone {
                    self.gone(now);
                }
            }
        }
        self.emit(now, segments, out);
    }

    fn wake(&mut self, now: u64, out: &mut Vec<Vec<u8>>) {
        let mut segments = Vec::new();
        if self.crash_at.is_some_and(|at| at <= now) {
            self.crash_at = None;
            self.crash(now);
        }
        if let Some(tcb) = &mut self.tcb
            && tcb.next_wake().is_some_and(|at| at <= now)
            && tcb.wake(now, &mut segments) == Fate::Gone
        {
            self.gone(now);
        }
        if self.open_at.is_some_and(|at| at <= now) {
            self.open_at = None;
            if self.tcb.is_none() && self.plan.opens > 0 {
                self.open(now, &mut segments);
            }
        }
        self.emit(now, segments, out);
    }

    /// CLOSE alone moves nothing on the wire: before its FIN has left a connection is where it was.
    fn states(&self) -> StateSet {
        let Some(tcb) = &self.tcb else {
            return StateSet::only(tcp::State::Listen).union(StateSet::only(tcp::State::Closed));
        };
        let open = if tcb.snd_una > 0 {
            tcp::State::Established
        } else {
            tcp::State::SynReceived
        };
        StateSet::only(match tcb.state {
            State::SynSent => tcp::State::SynSent,
            State::SynReceived => tcp::State::SynReceived,
            State::Established => tcp::State::Established,
            State::FinWait1 if !tcb.fin_sent => open,
            State::FinWait1 => tcp::State::FinWait1,
            State::FinWait2 => tcp::State::FinWait2,
            State::Closing => tcp::State::Closing,
            State::TimeWait => tcp::State::TimeWait,
            State::LastAck if !tcb.fin_sent => tcp::State::CloseWait,
            State::CloseWait => tcp::State::CloseWait,
            State::LastAck => tcp::State::LastAck,
        })
    }

    fn next_wake(&self) -> Option<u64> {
        let tcb = self.tcb.as_ref().and_then(Tcb::next_wake);
        [tcb, self.open_at, self.crash_at]
            .into_iter()
            .flatten()
            .min()
    }
}
