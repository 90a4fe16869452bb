//! A TCP endpoint that chooses at random among everything that RFC 9293 allows, and nothing else.
//!
//! It shares no code with the crate under test. Numbers inside are offsets from the initial ones: 0 is the SYN, 1 the first octet.

mod app;
mod arrive;
mod persona;
mod send;
mod stack;

pub use app::{App, Deed};
pub use persona::Persona;
pub use stack::{Plan, Stack};

use super::packet::{ACK, Options, PSH, SYN, Segment};
use super::rng::{Rng, mix};

/// The states of RFC 9293 section 3.3.2 that have a TCB; CLOSED and LISTEN have none here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    Closing,
    TimeWait,
    CloseWait,
    LastAck,
}

/// What has become of a TCB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Lives,
    /// Gone, and whether both sides had closed or a RST ended it.
    Gone,
}

/// The transmission control block.
#[derive(Clone, Debug)]
pub struct Tcb {
    pub state: State,
    pub persona: Persona,
    pub app: App,
    pub rng: Rng,
    /// Opened by an own SYN.
    pub active: bool,
    pub iss: u32,
    pub irs: u32,
    pub snd_una: i64,
    pub snd_nxt: i64,
    /// SND.UNA + SND.WND, as last updated by the rule of SND.WL1 and SND.WL2.
    pub snd_edge: i64,
    pub snd_wl: (i64, i64),
    pub max_window: i64,
    pub snd_scale: u8,
    pub mss: i64,
    pub rcv_nxt: i64,
    /// RCV.NXT + RCV.WND, never moved left.
    pub rcv_edge: i64,
    pub rcv_scale: u8,
    /// The last advertised edge, for window updates.
    pub told_edge: i64,
    pub islands: Vec<(i64, i64)>,
    /// Where the peer's FIN lies, once it arrived.
    pub peer_fin: Option<i64>,
    pub ts_ok: bool,
    pub sack_ok: bool,
    pub ts_recent: u32,
    pub last_ack_sent: i64,
    /// Octets that the application has written.
    pub written: i64,
    /// CLOSE was called.
    pub closed: bool,
    pub fin_sent: bool,
    pub ack_due: Option<u64>,
    pub unacked_segments: u32,
    pub rto: u64,
    pub rto_at: Option<u64>,
    pub retries: u32,
    pub persist_at: Option<u64>,
    pub keepalive_at: Option<u64>,
    pub linger_at: Option<u64>,
    pub dup_acks: u32,
    pub challenged_at: u64,
    /// Octets sent on the SYN (RFC 7413).
    pub syn_text: i64,
}

impl Tcb {
    pub fn new(iss: u32, active: bool, persona: Persona, app: App, rng: Rng) -> Self {
        Self {
            state: if active {
                State::SynSent
            } else {
                State::SynReceived
            },
            active,
            iss,
            irs: 0,
            snd_una: 0,
            snd_nxt: 0,
            snd_edge: 0,
            snd_wl: (-1, 0),
            max_window: 0,
            snd_scale: 0,
            mss: 536,
            rcv_nxt: 0,
            rcv_edge: 1 + persona.buffer,
            rcv_scale: 0,
            told_edge: 0,
            islands: Vec::new(),
            peer_fin: None,
            ts_ok: false,
            sack_ok: false,
            ts_recent: 0,
            last_ack_sent: 0,
            written: 0,
            closed: false,
            fin_sent: false,
            ack_due: None,
            unacked_segments: 0,
            rto: persona.rto,
            rto_at: None,
            retries: 0,
            persist_at: None,
            keepalive_at: None,
            linger_at: None,
            dup_acks: 0,
            challenged_at: 0,
            syn_text: 0,
            persona,
            app,
            rng,
        }
    }

    /// The offset of the FIN: behind everything written.
    pub const fn fin_at(&self) -> i64 {
        1 + self.written
    }

    /// `number` in the peer's space, as the offset nearest to RCV.NXT.
    pub fn peer_offset(&self, number: u32) -> i64 {
        let nxt = self.irs.wrapping_add(self.rcv_nxt as u32);
        self.rcv_nxt + i64::from(number.wrapping_sub(nxt) as i32)
    }

    /// `number` in the own space, as the offset nearest to SND.NXT.
    pub fn own_offset(&self, number: u32) -> i64 {
        let nxt = self.iss.wrapping_add(self.snd_nxt as u32);
        self.snd_nxt + i64::from(number.wrapping_sub(nxt) as i32)
    }

    pub fn seq(&self, offset: i64) -> u32 {
        self.iss.wrapping_add(offset as u32)
    }

    pub fn ack_number(&self) -> u32 {
        self.irs.wrapping_add(self.rcv_nxt as u32)
    }

    /// RCV.WND as the header shows it. Rounding by the scale may retreat the edge by less than one unit.
    fn window(&self, syn: bool) -> u16 {
        let window = (self.rcv_edge - self.rcv_nxt.max(1)).max(0);
        let shift = if syn { 0 } else { self.rcv_scale };
        (window >> shift).min(65_535) as u16
    }

    /// A segment of the synchronised states: text from `offset`, with the present ACK, window and options.
    pub fn segment(&mut self, now: u64, flags: u8, offset: i64, text: i64) -> Segment {
        let ts = self
            .ts_ok
            .then(|| (self.persona.clock(now), self.ts_recent));
        let wnd = self.window(flags & SYN != 0);
        self.told_edge =
            self.rcv_nxt + (i64::from(wnd) << if flags & SYN != 0 { 0 } else { self.rcv_scale });
        self.last_ack_sent = self.rcv_nxt;
        self.ack_due = None;
        self.unacked_segments = 0;
        let push = text > 0 && self.rng.chance(0.3);
        Segment {
            seq: self.seq(offset),
            ack: self.ack_number(),
            flags: flags | ACK | if push { PSH } else { 0 },
            wnd,
            options: Options {
                ts,
                ..Options::default()
            },
            text: (offset..offset + text)
                .map(|at| octet(self.iss, at))
                .collect(),
            ..Segment::default()
        }
    }

    /// SYN, or SYN-ACK once the peer's SYN is here.
    pub fn syn(&mut self, now: u64) -> Segment {
        let (answer, persona) = (self.state == State::SynReceived, self.persona.clone());
        let learnt = answer;
        let mut segment = self.segment(now, SYN, 0, 0);
        segment.wnd = self.window(true);
        segment.options = Options {
            mss: persona.mss,
            scale: (if learnt {
                self.rcv_scale_agreed()
            } else {
                true
            })
            .then_some(persona.scale)
            .flatten(),
            sack_ok: persona.sack && (!learnt || self.sack_ok),
            ts: (if learnt {
                self.ts_ok
            } else {
                persona.timestamps
            })
            .then(|| (persona.clock(now), if learnt { self.ts_recent } else { 0 })),
            ..Options::default()
        };
        if !answer {
            segment.flags = SYN;
            segment.ack = 0;
        }
        segment
    }

    fn rcv_scale_agreed(&self) -> bool {
        self.app.peer_scales
    }

    /// What the SYN of the peer settles.
    pub fn learn(&mut self, syn: &Segment) {
        self.irs = syn.seq;
        self.rcv_nxt = 1;
        self.mss = i64::from(syn.options.mss.unwrap_or(536));
        self.ts_ok = self.persona.timestamps && syn.options.ts.is_some();
        self.sack_ok = self.persona.sack && syn.options.sack_ok;
        self.app.peer_scales = syn.options.scale.is_some();
        if let (Some(own), Some(peer)) = (self.persona.scale, syn.options.scale) {
            self.rcv_scale = own;
            self.snd_scale = peer.min(14);
        }
        if let Some((val, _)) = syn.options.ts {
            self.ts_recent = val;
        }
    }
}

/// The content of a stream follows from its initial number, so that every receiver can check it.
pub const fn octet(iss: u32, offset: i64) -> u8 {
    mix((iss as u64) << 32 ^ offset as u64) as u8
}
