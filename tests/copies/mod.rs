//! One capture written in other ways: the same packets as big-endian pcap and as pcapng, and with one packet missing or doubled.

/// The packets of a little-endian pcap file.
pub(crate) struct Packets<'a> {
    nanoseconds: bool,
    snaplen: u32,
    link_type: u32,
    records: Vec<Record<'a>>,
}

struct Record<'a> {
    seconds: u32,
    fraction: u32,
    wire_len: u32,
    octets: &'a [u8],
}

fn le(octets: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(octets[at..at + 4].try_into().unwrap())
}

impl<'a> Packets<'a> {
    /// Takes a whole little-endian file apart.
    pub(crate) fn read(file: &'a [u8]) -> Self {
        let nanoseconds = match le(file, 0) {
            0xa1b2_c3d4 => false,
            0xa1b2_3c4d => true,
            other => panic!("{other:08x} is not the magic number of a little-endian pcap file"),
        };
        let mut records = Vec::new();
        let mut at = 24;
        while at < file.len() {
            let end = at + 16 + usize::try_from(le(file, at + 8)).unwrap();
            records.push(Record {
                seconds: le(file, at),
                fraction: le(file, at + 4),
                wire_len: le(file, at + 12),
                octets: &file[at + 16..end],
            });
            at = end;
        }
        Self {
            nanoseconds,
            snaplen: le(file, 16),
            link_type: le(file, 20),
            records,
        }
    }

    /// How many packets there are.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The same, most significant octet first.
    pub(crate) fn big_endian(&self) -> Vec<u8> {
        self.pcap(&self.records.iter().collect::<Vec<_>>(), u32::to_be_bytes)
    }

    /// The same without the packet at `index`.
    pub(crate) fn without(&self, index: usize) -> Vec<u8> {
        let mut records: Vec<_> = self.records.iter().collect();
        records.remove(index);
        self.pcap(&records, u32::to_le_bytes)
    }

    /// The same with the packet at `index` twice.
    pub(crate) fn doubled(&self, index: usize) -> Vec<u8> {
        let mut records: Vec<_> = self.records.iter().collect();
        records.insert(index, records[index]);
        self.pcap(&records, u32::to_le_bytes)
    }

    fn pcap(&self, records: &[&Record<'_>], octets_of: fn(u32) -> [u8; 4]) -> Vec<u8> {
        let magic: u32 = if self.nanoseconds {
            0xa1b2_3c4d
        } else {
            0xa1b2_c3d4
        };
        let version = octets_of(0x0002_0004);
        let mut file = Vec::new();
        file.extend(octets_of(magic));
        // Two numbers of two octets, the major one first in either order.
        if version[0] == 0 {
            file.extend(version);
        } else {
            file.extend([version[2], version[3], version[0], version[1]]);
        }
        file.extend([0; 8]);
        file.extend(octets_of(self.snaplen));
        file.extend(octets_of(self.link_type));
        for record in records {
            for word in [
                record.seconds,
                record.fraction,
                u32::try_from(record.octets.len()).unwrap(),
                record.wire_len,
            ] {
                file.extend(octets_of(word));
            }
            file.extend(record.octets);
        }
        file
    }

    /// The same as pcapng: one section, one interface, one enhanced packet block each.
    pub(crate) fn pcapng(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut section = Vec::new();
        section.extend(0x1a2b_3c4d_u32.to_le_bytes());
        section.extend([1, 0, 0, 0]);
        section.extend([0xff; 8]);
        block(&mut file, 0x0a0d_0d0a, &section);
        let mut interface = Vec::new();
        interface.extend(self.link_type.to_le_bytes());
        interface.extend(self.snaplen.to_le_bytes());
        // if_tsresol, then the end of options.
        let digits = if self.nanoseconds { 9 } else { 6 };
        interface.extend([9, 0, 1, 0, digits, 0, 0, 0]);
        interface.extend([0; 4]);
        block(&mut file, 1, &interface);
        let per_second = if self.nanoseconds {
            1_000_000_000
        } else {
            1_000_000
        };
        for record in &self.records {
            let time = u64::from(record.seconds) * per_second + u64::from(record.fraction);
            let mut packet = vec![0; 4];
            packet.extend(u32::try_from(time >> 32).unwrap().to_le_bytes());
            packet.extend(u32::try_from(time & 0xffff_ffff).unwrap().to_le_bytes());
            packet.extend(u32::try_from(record.octets.len()).unwrap().to_le_bytes());
            packet.extend(record.wire_len.to_le_bytes());
            packet.extend(record.octets);
            packet.resize(packet.len().next_multiple_of(4), 0);
            block(&mut file, 6, &packet);
        }
        file
    }
}

fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let length = u32::try_from(body.len() + 12).unwrap().to_le_bytes();
    file.extend(kind.to_le_bytes());
    file.extend(length);
    file.extend(body);
    file.extend(length);
}
