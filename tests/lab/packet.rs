//! TCP segments over IPv4 as octets, written and read without any code of the crate under test (RFC 791, RFC 9293 section 3.1).

use std::fmt;

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const PSH: u8 = 8;
pub const ACK: u8 = 16;
pub const URG: u8 = 32;

/// The two hosts: A is 10.0.0.1:40000, B is 10.0.0.2:80.
pub const ADDRESSES: [([u8; 4], u16); 2] = [([10, 0, 0, 1], 40_000), ([10, 0, 0, 2], 80)];

/// Option fields that the laboratory speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub mss: Option<u16>,
    pub scale: Option<u8>,
    pub sack_ok: bool,
    pub ts: Option<(u32, u32)>,
    pub sack: Vec<(u32, u32)>,
    pub cookie: Option<Vec<u8>>,
}

/// One segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub seq: u32,
    pub ack: u32,
    pub flags: u8,
    pub wnd: u16,
    /// The urgent pointer.
    pub up: u16,
    /// The four bits beside the data offset, of which three are reserved.
    pub reserved: u8,
    pub options: Options,
    pub text: Vec<u8>,
}

impl Segment {
    pub const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Sequence numbers that it occupies.
    pub fn len(&self) -> i64 {
        self.text.len() as i64 + i64::from(self.has(SYN)) + i64::from(self.has(FIN))
    }

    fn option_octets(&self) -> Vec<u8> {
        let options = &self.options;
        let mut out = Vec::new();
        if let Some(mss) = options.mss {
            out.extend([2, 4]);
            out.extend(mss.to_be_bytes());
        }
        if let Some(scale) = options.scale {
            out.extend([1, 3, 3, scale]);
        }
        if options.sack_ok {
            out.extend([1, 1, 4, 2]);
        }
        if let Some((val, ecr)) = options.ts {
            out.extend([1, 1, 8, 10]);
            out.extend(val.to_be_bytes());
            out.extend(ecr.to_be_bytes());
        }
        if !options.sack.is_empty() {
            out.extend([1, 1, 5, 2 + 8 * options.sack.len() as u8]);
            for (left, right) in &options.sack {
                out.extend(left.to_be_bytes());
                out.extend(right.to_be_bytes());
            }
        }
        if let Some(cookie) = &options.cookie {
            out.extend([34, 2 + cookie.len() as u8]);
            out.extend(cookie);
        }
        while out.len() % 4 != 0 {
            out.push(1);
        }
        assert!(out.len() <= 40, "options too long");
        out
    }

    /// As an IPv4 packet from host `from`.
    pub fn encode(&self, from: usize, ttl: u8, id: u16) -> Vec<u8> {
        let ((src, sport), (dst, dport)) = (ADDRESSES[from], ADDRESSES[1 - from]);
        let options = self.option_octets();
        let header = 20 + options.len();
        let total = 20 + header + self.text.len();
        let mut out = Vec::with_capacity(total);
        out.extend([0x45, 0]);
        out.extend((total as u16).to_be_bytes());
        out.extend(id.to_be_bytes());
        out.extend([0x40, 0, ttl, 6, 0, 0]);
        out.extend(src);
        out.extend(dst);
        let sum = checksum(&out, 0);
        out[10..12].copy_from_slice(&sum.to_be_bytes());
        out.extend(sport.to_be_bytes());
        out.extend(dport.to_be_bytes());
        out.extend(self.seq.to_be_bytes());
        out.extend(self.ack.to_be_bytes());
        out.extend([(header as u8 / 4) << 4 | self.reserved, self.flags]);
        out.extend(self.wnd.to_be_bytes());
        out.extend([0, 0]);
        out.extend(self.up.to_be_bytes());
        out.extend(options);
        out.extend(&self.text);
        let pseudo: u32 = [&src[..], &dst[..]]
            .concat()
            .chunks(2)
            .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])))
            .sum::<u32>()
            + 6
            + (total - 20) as u32;
        let sum = checksum(&out[20..], pseudo);
        out[36..38].copy_from_slice(&sum.to_be_bytes());
        out
    }

    /// Reads what [`Segment::encode`] and other honest stacks write.
    pub fn decode(packet: &[u8]) -> Self {
        let header = usize::from(packet[0] & 15) * 4;
        let total = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
        let tcp = &packet[header..total];
        let offset = usize::from(tcp[12] >> 4) * 4;
        Self {
            seq: word(tcp, 4),
            ack: word(tcp, 8),
            flags: tcp[13],
            wnd: u16::from_be_bytes([tcp[14], tcp[15]]),
            up: u16::from_be_bytes([tcp[18], tcp[19]]),
            reserved: tcp[12] & 15,
            options: decode_options(&tcp[20..offset]),
            text: tcp[offset..].to_vec(),
        }
    }
}

fn word(octets: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(octets[at..at + 4].try_into().unwrap())
}

fn decode_options(mut octets: &[u8]) -> Options {
    let mut options = Options::default();
    while let [kind, rest @ ..] = octets {
        if *kind == 0 {
            break;
        }
        if *kind == 1 {
            octets = rest;
            continue;
        }
        let (option, after) = octets.split_at(usize::from(octets[1]));
        match kind {
            2 => options.mss = Some(u16::from_be_bytes([option[2], option[3]])),
            3 => options.scale = Some(option[2]),
            4 => options.sack_ok = true,
            8 => options.ts = Some((word(option, 2), word(option, 6))),
            5 => {
                let blocks = option[2..].chunks(8);
                options.sack = blocks
                    .map(|block| (word(block, 0), word(block, 4)))
                    .collect();
            }
            34 => options.cookie = Some(option[2..].to_vec()),
            _ => {}
        }
        octets = after;
    }
    options
}

fn checksum(octets: &[u8], start: u32) -> u16 {
    let sum = octets.chunks(2).fold(start, |sum, pair| {
        sum + u32::from(u16::from_be_bytes([
            pair[0],
            pair.get(1).copied().unwrap_or(0),
        ]))
    });
    let folded = (sum & 0xffff) + (sum >> 16);
    !((folded & 0xffff) + (folded >> 16)) as u16
}

impl fmt::Display for Segment {
    /// As tcpdump prints it, with absolute numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (flag, letter) in [(SYN, 'S'), (FIN, 'F'), (RST, 'R'), (PSH, 'P'), (ACK, '.')] {
            if self.has(flag) {
                write!(f, "{letter}")?;
            }
        }
        write!(f, " seq {}", self.seq)?;
        if !self.text.is_empty() {
            let end = self.seq.wrapping_add(self.text.len() as u32);
            write!(f, ":{end} len {}", self.text.len())?;
        }
        if self.has(ACK) {
            write!(f, " ack {}", self.ack)?;
        }
        write!(f, " win {}", self.wnd)?;
        let options = &self.options;
        if let Some(scale) = options.scale {
            write!(f, " wscale {scale}")?;
        }
        if let Some((val, ecr)) = options.ts {
            write!(f, " TS {val} ecr {ecr}")?;
        }
        for (left, right) in &options.sack {
            write!(f, " sack {left}:{right}")?;
        }
        if options.cookie.is_some() {
            write!(f, " tfo")?;
        }
        Ok(())
    }
}
