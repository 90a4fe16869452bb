//! Builders of small captures, byte by byte, and the ways to read them.

mod compressed;
mod hostile;
mod pcap;
mod pcapng;
mod resync;

use super::order::Order;
use super::{Direction, FaultKind, FileFacts, Reader};
use std::io::{Cursor, Read};
use std::path::Path;

/// What a test compares of a frame.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) number: u64,
    pub(super) offset: u64,
    pub(super) nanos: Option<i64>,
    pub(super) interface: u32,
    pub(super) link_type: u16,
    pub(super) octets: Vec<u8>,
    pub(super) wire_len: u32,
    pub(super) direction: Direction,
}

pub(super) fn drain(reader: &mut Reader) -> Vec<Seen> {
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame() {
        frames.push(Seen {
            number: frame.number,
            offset: frame.offset,
            nanos: frame.time.map(crate::time::Timestamp::nanos),
            interface: frame.interface,
            link_type: frame.link_type.0,
            octets: frame.octets.to_vec(),
            wire_len: frame.wire_len,
            direction: frame.direction,
        });
    }
    frames
}

pub(super) fn read_from(input: impl Read + Send + 'static) -> (Vec<Seen>, FileFacts) {
    let mut reader = Reader::new(input, Path::new("test")).unwrap();
    let frames = drain(&mut reader);
    (frames, reader.facts().clone())
}

pub(super) fn read(file: &[u8]) -> (Vec<Seen>, FileFacts) {
    read_from(Cursor::new(file.to_vec()))
}

pub(super) fn reason(file: &[u8]) -> String {
    match Reader::new(Cursor::new(file.to_vec()), Path::new("test")) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("a capture"),
    }
}

pub(super) fn kinds(facts: &FileFacts) -> Vec<FaultKind> {
    facts.faults.iter().map(|fault| fault.kind).collect()
}

/// Writes numbers in one byte order.
pub(super) struct Writer {
    pub(super) order: Order,
    pub(super) octets: Vec<u8>,
}

impl Writer {
    pub(super) fn new(order: Order) -> Self {
        Self {
            order,
            octets: Vec::new(),
        }
    }

    pub(super) fn u16(&mut self, number: u16) -> &mut Self {
        let octets = if self.order == Order::Big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        };
        self.raw(&octets)
    }

    pub(super) fn u32(&mut self, number: u32) -> &mut Self {
        let octets = if self.order == Order::Big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        };
        self.raw(&octets)
    }

    pub(super) fn u64(&mut self, number: u64) -> &mut Self {
        let octets = if self.order == Order::Big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        };
        self.raw(&octets)
    }

    pub(super) fn raw(&mut self, octets: &[u8]) -> &mut Self {
        self.octets.extend_from_slice(octets);
        self
    }

    pub(super) fn pcap_header(&mut self, magic: u32, link: u32) -> &mut Self {
        self.u32(magic)
            .u16(2)
            .u16(4)
            .u32(0)
            .u32(0)
            .u32(65_535)
            .u32(link)
    }

    pub(super) fn record(&mut self, time: (u32, u32), octets: &[u8], wire_len: u32) -> &mut Self {
        self.u32(time.0)
            .u32(time.1)
            .u32(octets.len().try_into().unwrap())
            .u32(wire_len)
            .raw(octets)
    }

    pub(super) fn block(&mut self, kind: u32, body: impl FnOnce(&mut Writer)) -> &mut Self {
        let mut inner = Writer::new(self.order);
        body(&mut inner);
        inner
            .octets
            .resize(inner.octets.len().next_multiple_of(4), 0);
        let length = u32::try_from(inner.octets.len() + 12).unwrap();
        self.u32(kind).u32(length).raw(&inner.octets).u32(length)
    }

    pub(super) fn option(&mut self, code: u16, value: &[u8]) -> &mut Self {
        self.u16(code)
            .u16(value.len().try_into().unwrap())
            .raw(value);
        self.octets.resize(self.octets.len().next_multiple_of(4), 0);
        self
    }

    pub(super) fn section(&mut self) -> &mut Self {
        self.block(0x0a0d_0d0a, |b| {
            b.u32(0x1a2b_3c4d).u16(1).u16(0).u64(u64::MAX);
        })
    }

    pub(super) fn interface(
        &mut self,
        link: u16,
        snaplen: u32,
        options: impl FnOnce(&mut Writer),
    ) -> &mut Self {
        self.block(1, |b| {
            b.u16(link).u16(0).u32(snaplen);
            options(b);
        })
    }

    pub(super) fn packet(&mut self, interface: u32, ticks: u64, octets: &[u8]) -> &mut Self {
        self.packet_with(interface, ticks, octets, |_| ())
    }

    pub(super) fn packet_with(
        &mut self,
        interface: u32,
        ticks: u64,
        octets: &[u8],
        options: impl FnOnce(&mut Writer),
    ) -> &mut Self {
        self.block(6, |b| {
            let length = u32::try_from(octets.len()).unwrap();
            b.u32(interface)
                .u32((ticks >> 32) as u32)
                .u32(ticks as u32)
                .u32(length)
                .u32(length)
                .raw(octets);
            b.octets.resize(b.octets.len().next_multiple_of(4), 0);
            options(b);
        })
    }
}

/// Three records of 5, 0 and 8 octets.
pub(super) fn small_pcap() -> Vec<u8> {
    let mut file = Writer::new(Order::Little);
    file.pcap_header(0xa1b2_c3d4, 1)
        .record((1, 2), b"first", 5)
        .record((3, 4), b"", 60)
        .record((5, 6), b"thirdone", 8);
    file.octets
}

/// Two sections of different byte order; two interfaces in the first; five packets.
pub(super) fn small_pcapng() -> Vec<u8> {
    let mut little = Writer::new(Order::Little);
    little.section().interface(1, 0, |b| {
        b.option(2, b"eth0").option(9, &[9]).u32(0);
    });
    little.interface(276, 4, |b| {
        b.option(9, &[0x80 | 10]).option(14, &3600u64.to_le_bytes());
    });
    little
        .packet(0, 1_500_000_000, b"one")
        .packet_with(1, 1536, b"two!", |b| {
            b.option(2, &2u32.to_le_bytes())
                .option(4, &7u64.to_le_bytes())
                .u32(0);
        });
    little.block(0x4242, |b| {
        b.raw(b"nobody knows");
    });
    little.block(5, |b| {
        b.u32(0)
            .u64(0)
            .option(5, &40u64.to_le_bytes())
            .option(7, &2u64.to_le_bytes())
            .u32(0);
    });
    let mut big = Writer::new(Order::Big);
    big.section().interface(101, 3, |b| {
        b.option(14, &(-10i64).to_be_bytes()).u32(0);
    });
    big.block(3, |b| {
        b.u32(9).raw(b"simple");
    });
    big.block(2, |b| {
        b.u16(0)
            .u16(5)
            .u32(0)
            .u32(11_000_000)
            .u32(3)
            .u32(90)
            .raw(b"old\0");
        b.option(2, &1u32.to_be_bytes()).u32(0);
    });
    big.packet(0, 12_000_001, b"new");
    big.block(5, |b| {
        b.u32(0).u64(0).option(5, &42u64.to_be_bytes()).u32(0);
    });
    little.octets.extend(big.octets);
    little.octets
}
