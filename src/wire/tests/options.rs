//! The option walker on what stacks, middleboxes and noise send.

use crate::tcp::{Options, Reading, SeqNum};
use crate::wire::options::read;

fn of(octets: &[u8]) -> Options {
    read(octets, octets.len())
}

#[test]
fn an_opening_with_everything() {
    let options = of(&[
        2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7, 34, 2, 30, 4, 0x01, 0x81,
    ]);
    assert_eq!(
        (options.mss, options.window_scale, options.sack_permitted),
        (Some(1460), Some(7), true)
    );
    assert_eq!(
        (options.fast_open, options.mptcp, options.reading),
        (Some(0), Some(0), Reading::Complete)
    );
    assert!(options.timestamps.is_some() && !options.unknown_kind && !options.authenticated);
}

#[test]
fn unknown_kinds_are_passed_over() {
    let options = of(&[
        76, 4, 9, 9, 253, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 2, 4, 2, 24,
    ]);
    assert!(options.unknown_kind);
    assert_eq!(
        (options.timestamps.map(|ts| ts.ecr), options.mss),
        (Some(2), Some(536))
    );
    assert_eq!(options.reading, Reading::Complete);
}

#[test]
fn sack_blocks_in_the_order_sent() {
    let options = of(&[1, 1, 5, 18, 0, 0, 0, 9, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 4]);
    assert_eq!(
        options.sack.as_slice(),
        [(SeqNum(9), SeqNum(12)), (SeqNum(1), SeqNum(4))]
    );
    // A list without blocks: some stacks send it.
    assert_eq!(of(&[5, 2, 1, 1]).reading, Reading::Complete);
    assert_eq!(of(&[5, 6, 0, 0, 0, 1]).reading, Reading::Malformed);
}

#[test]
fn signatures_and_experiments() {
    let mut signed = vec![19, 18];
    signed.resize(18, 0);
    assert!(of(&signed).authenticated);
    assert!(of(&[29, 4, 1, 1]).authenticated);
    assert_eq!(of(&[254, 8, 0xf9, 0x89, 1, 2, 3, 4]).fast_open, Some(4));
    assert_eq!(of(&[34, 10, 1, 2, 3, 4, 5, 6, 7, 8]).fast_open, Some(8));
    assert!(of(&[254, 4, 0, 1]).unknown_kind);
    assert_eq!(of(&[30, 3, 0x71]).mptcp, Some(7));
}

#[test]
fn the_first_of_a_kind_counts() {
    assert_eq!(of(&[2, 4, 0, 1, 2, 4, 0, 2]).mss, Some(1));
}

#[test]
fn illegal_lengths_end_the_walk() {
    for octets in [
        &[2, 4, 5, 180, 8, 0, 3, 3, 7][..],
        &[2, 4, 5, 180, 8, 1, 3, 3, 7],
        &[2, 4, 5, 180, 8, 10, 3, 3, 7],
    ] {
        let options = of(octets);
        assert_eq!(
            (options.mss, options.window_scale, options.reading),
            (Some(1460), None, Reading::Malformed)
        );
    }
    assert_eq!(of(&[1, 1, 1, 8]).reading, Reading::Malformed);
    let options = of(&[2, 3, 5, 3, 3, 7]);
    assert_eq!(
        (options.mss, options.window_scale, options.reading),
        (None, Some(7), Reading::Malformed)
    );
}

#[test]
fn a_cut_field_is_read_as_far_as_it_goes() {
    let whole = [2, 4, 5, 180, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
    for end in 0..whole.len() {
        let options = read(&whole[..end], whole.len());
        assert_eq!(
            (options.reading, options.mss.is_some()),
            (Reading::Cut, end >= 4)
        );
        assert_eq!(options.timestamps, None);
    }
    assert_eq!(read(&[0], 8).reading, Reading::Complete);
    assert_eq!(read(&[8, 20], 8).reading, Reading::Malformed);
}
