//! The floor: what reading, decoding and looking up cost with the same crates and nothing else.

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{LegacyPcapReader, PcapBlockOwned, PcapError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::hint::black_box;
use std::net::IpAddr;

/// State per connection, as large as a plain tracker's.
type State = [u64; 23];

type Flows = HashMap<(IpAddr, u16, IpAddr, u16), State>;

/// Reads and decodes every record; with `look_up`, also finds the state of its connection and changes it.
pub fn run(path: &str, look_up: bool) {
    let mut reader = LegacyPcapReader::new(1 << 18, File::open(path).unwrap()).unwrap();
    let mut flows: Flows = HashMap::new();
    let mut total = 0;
    loop {
        match reader.next() {
            Ok((offset, block)) => {
                if let PcapBlockOwned::Legacy(record) = block {
                    total += decode(record.data, look_up.then_some(&mut flows));
                }
                reader.consume(offset);
            }
            Err(PcapError::Eof) => break,
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(error) => panic!("{error:?}"),
        }
    }
    black_box(total);
    println!("{} connections", flows.len());
}

fn decode(octets: &[u8], flows: Option<&mut Flows>) -> u64 {
    let Ok(packet) = LaxSlicedPacket::from_ethernet(octets) else {
        return 0;
    };
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else {
        return 0;
    };
    let options = tcp.options_iterator().filter_map(Result::ok).count() as u64;
    let numbers = u64::from(tcp.sequence_number()) + u64::from(tcp.acknowledgment_number());
    let Some(flows) = flows else {
        return numbers + options;
    };
    let (from, to): (IpAddr, IpAddr) = match &packet.net {
        Some(LaxNetSlice::Ipv4(ip)) => (
            ip.header().source_addr().into(),
            ip.header().destination_addr().into(),
        ),
        Some(LaxNetSlice::Ipv6(ip)) => (
            ip.header().source_addr().into(),
            ip.header().destination_addr().into(),
        ),
        _ => return 0,
    };
    let (source, target) = ((from, tcp.source_port()), (to, tcp.destination_port()));
    let (low, high) = if source <= target {
        (source, target)
    } else {
        (target, source)
    };
    let state = match flows.entry((low.0, low.1, high.0, high.1)) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert([0; 23]),
    };
    let side = usize::from(source == low) * 8;
    state[side] += 1;
    state[side + 1] = u64::from(tcp.sequence_number());
    state[side + 2] = u64::from(tcp.acknowledgment_number());
    state[side + 3] = u64::from(tcp.window_size());
    numbers + options
}
