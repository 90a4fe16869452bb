//! The choices that an implementation has made once for all its connections.

use super::super::path::{MILLI, SECOND};
use super::super::rng::Rng;

/// One implementation.
#[derive(Clone, Debug)]
pub struct Persona {
    /// Takes octets that are not those of the stream (where a fault changes them).
    pub gullible: bool,
    pub timestamps: bool,
    pub scale: Option<u8>,
    pub sack: bool,
    pub mss: Option<u16>,
    pub buffer: i64,
    pub tick: u64,
    pub clock_offset: u64,
    pub rto: u64,
    pub delayed_ack: f64,
    pub recut: f64,
    pub shuffle: f64,
    pub probe_octet: bool,
    pub keepalive: Option<u64>,
    pub garbage: bool,
    pub reset_with_ack: bool,
    /// RFC 5961 instead of RFC 793 on SYN and RST inside a connection.
    pub challenge: bool,
    pub answers_out_of_order: f64,
    pub time_wait: u64,
    pub fast_open: bool,
    /// After CLOSE no more data is wanted: it is answered with RST (MAY-1, SHLD-3).
    pub full_close: bool,
    pub burst: i64,
    pub avoids_silly_window: bool,
    pub go_back: bool,
    pub retries: u32,
    pub ttl: u8,
    /// 0: always zero; 1: a counter; 2: at random.
    pub ip_id: u8,
    pub ignores_reset_in_time_wait: bool,
    pub stamps_resets: bool,
    pub early_fin: bool,
}

impl Persona {
    pub fn random(rng: &mut Rng) -> Self {
        let scale = rng.pick(&[None, Some(0), Some(1), Some(3), Some(7), Some(9)]);
        let most = if scale.unwrap_or(0) > 1 {
            300_000
        } else {
            65_535
        };
        let small = rng.chance(0.4);
        Self {
            timestamps: rng.chance(0.5),
            scale,
            sack: rng.chance(0.6),
            mss: rng.pick(&[
                None,
                Some(1_460),
                Some(1_460),
                Some(536),
                Some(9_000),
                Some(200),
            ]),
            buffer: if small {
                rng.len(300, 6_000)
            } else {
                rng.len(6_000, most)
            },
            tick: rng.pick(&[MILLI, 10 * MILLI, 4 * MILLI, 1_000]),
            clock_offset: rng.next() & 0xffff_ffff,
            rto: rng.pick(&[200, 300, 1_000]) * MILLI,
            delayed_ack: rng.pick(&[0.0, 0.5, 1.0]),
            recut: rng.pick(&[0.0, 0.5, 1.0]),
            shuffle: rng.pick(&[0.0, 0.0, 0.1, 0.5]),
            probe_octet: rng.chance(0.5),
            keepalive: rng.chance(0.3).then(|| rng.between(1, 20) * SECOND),
            garbage: rng.chance(0.5),
            reset_with_ack: rng.chance(0.7),
            challenge: rng.chance(0.7),
            answers_out_of_order: rng.pick(&[0.2, 1.0]),
            time_wait: rng.pick(&[60, 120, 240]) * SECOND,
            fast_open: rng.chance(0.3),
            full_close: rng.chance(0.3),
            burst: rng.pick(&[2, 4, 10, 40]),
            avoids_silly_window: rng.chance(0.6),
            go_back: rng.chance(0.3),
            retries: rng.between(5, 9) as u32,
            gullible: false,
            ttl: rng.pick(&[64, 128, 255]),
            ip_id: rng.below(3) as u8,
            ignores_reset_in_time_wait: rng.chance(0.3),
            stamps_resets: rng.chance(0.5),
            early_fin: rng.chance(0.3),
        }
    }

    /// The clock of RFC 7323 section 5.4; it does not run backwards.
    pub const fn clock(&self, now: u64) -> u32 {
        (now / self.tick + self.clock_offset) as u32
    }
}
