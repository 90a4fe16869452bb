//! Damage within a file: where reading stops, where it goes on.

use super::*;

fn pcap(order: Order) -> (Vec<u8>, Vec<usize>) {
    let mut file = Writer::new(order);
    file.pcap_header(0xa1b2_c3d4, 1);
    let mut places = Vec::new();
    for at in 0..20u32 {
        places.push(file.octets.len());
        file.record((1_700_000_000 + at, 999_999), &[at as u8; 70], 90);
    }
    (file.octets, places)
}

fn pcapng(order: Order) -> (Vec<u8>, Vec<usize>) {
    let mut file = Writer::new(order);
    file.section().interface(1, 0, |_| ());
    let mut places = Vec::new();
    for at in 0..20u64 {
        places.push(file.octets.len());
        file.packet(0, at, &[at as u8; 70]);
    }
    (file.octets, places)
}

/// All frames but the damaged one are read, and the fault says from where to where nothing was.
fn one_lost(file: &[u8], damaged: &[u8], places: &[usize], at: usize) {
    let (all, _) = read(file);
    let (frames, facts) = read(damaged);
    let octets = |frames: &[Seen]| -> Vec<Vec<u8>> {
        frames.iter().map(|frame| frame.octets.clone()).collect()
    };
    let mut expected = octets(&all);
    expected.remove(at);
    assert_eq!(octets(&frames), expected);
    assert_eq!(kinds(&facts), [FaultKind::Resumed]);
    let fault = &facts.faults[0];
    assert_eq!(fault.offset, places[at] as u64);
    let to = places.get(at + 1).copied().unwrap_or(file.len());
    assert!(
        fault.text.ends_with(&format!("read on at {to}")),
        "{}",
        fault.text
    );
    assert_eq!((facts.unread, facts.truncated), (1, false));
}

#[test]
fn a_record_with_an_absurd_length_is_passed_over() {
    for order in [Order::Little, Order::Big] {
        let (file, places) = pcap(order);
        for at in [0, 7, 18] {
            for length in [[0xff; 4], [0x7f, 0, 0, 0x7f], [1, 8, 8, 1]] {
                let mut damaged = file.clone();
                damaged[places[at] + 8..places[at] + 12].copy_from_slice(&length);
                one_lost(&file, &damaged, &places, at);
            }
        }
    }
}

#[test]
fn octets_that_do_not_belong_are_passed_over() {
    let (file, places) = pcap(Order::Little);
    let mut damaged = file.clone();
    damaged.splice(places[5]..places[5], [0xee; 33]);
    let (frames, facts) = read(&damaged);
    assert_eq!(
        (frames.len(), kinds(&facts)),
        (20, vec![FaultKind::Resumed])
    );
    let (file, places) = pcapng(Order::Big);
    let mut damaged = file.clone();
    damaged.splice(places[5]..places[5], [0xee; 33]);
    let (frames, facts) = read(&damaged);
    assert_eq!(
        (frames.len(), kinds(&facts)),
        (20, vec![FaultKind::Resumed])
    );
}

#[test]
fn a_block_with_a_broken_length_is_passed_over() {
    for order in [Order::Little, Order::Big] {
        let (file, places) = pcapng(order);
        for at in [0, 7, 18] {
            for length in [0u32, 8, 13, 40, 500, 70_000, 0xffff_fffc] {
                let mut damaged = file.clone();
                let field = if order == Order::Big {
                    length.to_be_bytes()
                } else {
                    length.to_le_bytes()
                };
                damaged[places[at] + 4..places[at] + 8].copy_from_slice(&field);
                one_lost(&file, &damaged, &places, at);
            }
            let mut damaged = file.clone();
            damaged[places[at]..places[at] + 4].fill(0x66);
            let (frames, facts) = read(&damaged);
            assert_eq!((frames.len(), facts.faults.len()), (19, 0));
        }
    }
}

#[test]
fn a_wrong_trailer_does_no_harm() {
    let (file, places) = pcapng(Order::Little);
    let mut damaged = file.clone();
    damaged[places[8] - 3] ^= 1;
    let (frames, facts) = read(&damaged);
    assert_eq!(frames.len() + facts.faults.len(), 20);
    assert!(frames.len() >= 19);
}

#[test]
fn rubbish_without_end_is_given_up() {
    let (mut file, _) = pcap(Order::Little);
    file.resize(3_000_000, 0xfe);
    let (frames, facts) = read(&file);
    assert_eq!(
        (frames.len(), kinds(&facts)),
        (20, vec![FaultKind::TooLong])
    );
}
