//! Capture files: pcap (microseconds or nanoseconds) and pcapng, records cut at any length.

use super::packet::{Packet, Text};
use std::io::{self, Write};
use std::net::SocketAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    Pcap,
    PcapNg,
}

pub struct Writer {
    out: Box<dyn Write>,
    container: Container,
    cut: usize,
    records: u64,
    text: Text,
    frame: Vec<u8>,
}

impl Writer {
    /// A file of frames on Ethernet, each cut after `cut` octets.
    pub fn new(mut out: Box<dyn Write>, container: Container, cut: usize) -> io::Result<Self> {
        let snaplen = u32::try_from(cut).unwrap_or(u32::MAX);
        match container {
            Container::Pcap => {
                out.write_all(&0xa1b2_c3d4_u32.to_le_bytes())?;
                out.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
                out.write_all(&snaplen.to_le_bytes())?;
                out.write_all(&1_u32.to_le_bytes())?;
            }
            Container::PcapNg => {
                let section = [0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28];
                let interface = [1, 20, 1, snaplen, 20];
                for word in section.iter().chain(&interface) {
                    out.write_all(&word.to_le_bytes())?;
                }
            }
        }
        Ok(Self {
            out,
            container,
            cut,
            records: 0,
            text: Text::new(),
            frame: Vec::new(),
        })
    }

    pub const fn records(&self) -> u64 {
        self.records
    }

    pub fn record(
        &mut self,
        now: u64,
        packet: &Packet,
        ends: (SocketAddr, SocketAddr),
    ) -> io::Result<()> {
        packet.encode(ends, &self.text, &mut self.frame);
        let length = self.frame.len();
        let kept = length.min(self.cut);
        let octets = &self.frame[..kept];
        let (kept, length) = (kept as u32, length as u32);
        match self.container {
            Container::Pcap => {
                let (seconds, micros) = (now / 1_000_000_000, now / 1_000 % 1_000_000);
                for word in [seconds as u32, micros as u32, kept, length] {
                    self.out.write_all(&word.to_le_bytes())?;
                }
                self.out.write_all(octets)?;
            }
            Container::PcapNg => {
                let padded = kept.next_multiple_of(4);
                let (total, micros) = (32 + padded, now / 1_000);
                let (high, low) = ((micros >> 32) as u32, micros as u32);
                for word in [6, total, 0, high, low, kept, length] {
                    self.out.write_all(&word.to_le_bytes())?;
                }
                self.out.write_all(octets)?;
                self.out.write_all(&[0; 3][..(padded - kept) as usize])?;
                self.out.write_all(&total.to_le_bytes())?;
            }
        }
        self.records += 1;
        Ok(())
    }

    pub fn finish(&mut self) -> io::Result<u64> {
        self.out.flush()?;
        Ok(self.records)
    }
}
