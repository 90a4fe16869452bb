//! Every link layer, and what on it is not IP.

use super::*;
use crate::tcp::Direction;

const ADDRESSES: [u8; 12] = [2; 12];

fn ethernet(behind_addresses: &[u8], packet: &[u8]) -> Vec<u8> {
    under(&[&ADDRESSES[..], behind_addresses].concat(), packet)
}

fn text_of(link: u16, octets: &[u8]) -> u32 {
    whole(link, octets).unwrap().segment.text
}

fn direction_of(link: u16, octets: &[u8]) -> Direction {
    whole(link, octets).unwrap().framing.direction
}

#[test]
fn ethernet_with_and_without_tags() {
    let tags: [&[u8]; 5] = [
        &[8, 0],
        &[0x81, 0, 0, 1, 8, 0],
        &[0x88, 0xa8, 0, 1, 0x81, 0, 0, 2, 8, 0],
        &[0x91, 0, 0, 1, 0x81, 0, 0, 2, 8, 0],
        &[0, 48, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0],
    ];
    for head in tags {
        assert_eq!(text_of(1, &ethernet(head, &v4(b"abc"))), 3, "{head:x?}");
    }
    assert_eq!(text_of(1, &ethernet(&[0x86, 0xdd], &v6(b"abcd"))), 4);
    for depth in [8, 9, 100] {
        let tags = [&[0x81, 0, 0, 1].repeat(depth)[..], &[8, 0]].concat();
        assert_eq!(text_of(1, &ethernet(&tags, &v4(b"abc"))), 3);
    }
    let endless = [0x81, 0, 0, 1].repeat(500);
    let refused = whole(1, &ethernet(&endless, b""));
    assert_eq!(refused.unwrap_err(), Undecoded::LinkCut);
}

#[test]
fn padding_of_short_ethernet_frames_is_not_text() {
    let mut octets = ethernet(&[8, 0], &v4(b""));
    octets.resize(octets.len() + 20, 0x55);
    let segment = whole(1, &octets).unwrap().segment;
    assert_eq!((segment.text, segment.text_sum), (0, Some(0)));
    assert_eq!(segment.checksum, crate::tcp::Checksum::Good);
    let mut octets = ethernet(&[0x86, 0xdd], &v6(b"a"));
    octets.resize(octets.len() + 20, 0x55);
    assert_eq!(text_of(1, &octets), 1);
}

#[test]
fn cooked_links_of_any_hardware_type() {
    for hardware in [1u16, 512, 519, 768, 772, 776, 778, 65_534] {
        let [high, low] = hardware.to_be_bytes();
        let first = [0, 4, high, low, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0];
        let second = [
            8, 0, 0, 0, 0, 0, 0, 2, high, low, 4, 6, 1, 2, 3, 4, 5, 6, 0, 0,
        ];
        for (link, head) in [(113, &first[..]), (276, &second[..])] {
            let octets = under(head, &v4(b"abc"));
            assert_eq!(text_of(link, &octets), 3);
            assert_eq!(direction_of(link, &octets), Direction::Outgoing);
        }
    }
    let tagged = [
        0x81, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0, 7, 0x86, 0xdd,
    ];
    let octets = under(&tagged, &v6(b"abc"));
    assert_eq!(text_of(276, &octets), 3);
    assert_eq!(direction_of(276, &octets), Direction::Incoming);
    let llc = [
        0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0, 4, 0x42, 0x42, 3, 0, 0, 0, 0, 0,
    ];
    assert_eq!(whole(113, &llc).unwrap_err(), Undecoded::Llc(0x42));
    let netlink = [0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    assert!(!whole(113, &netlink).unwrap_err().lossy());
}

#[test]
fn loopback_of_either_byte_order() {
    for link in [0, 108] {
        assert_eq!(text_of(link, &under(&[2, 0, 0, 0], &v4(b"abc"))), 3);
        assert_eq!(text_of(link, &under(&[0, 0, 0, 2], &v4(b"abc"))), 3);
        for family in [10, 24, 28, 30] {
            assert_eq!(text_of(link, &under(&[family, 0, 0, 0], &v6(b"abc"))), 3);
            assert_eq!(text_of(link, &under(&[0, 0, 0, family], &v6(b"abc"))), 3);
        }
        assert_eq!(
            whole(link, &[0, 0, 0, 7, 0, 0]).unwrap_err(),
            Undecoded::Family(7)
        );
    }
}

#[test]
fn raw_links() {
    for link in [12, 14, 101, 228] {
        assert_eq!(text_of(link, &v4(b"abc")), 3);
    }
    for link in [12, 14, 101, 229] {
        assert_eq!(text_of(link, &v6(b"abc")), 3);
    }
    assert_eq!(whole(228, &v6(b"abc")).unwrap_err(), Undecoded::IpVersion);
}

#[test]
fn what_is_not_ip_has_a_reason() {
    let cases: [(&[u8], &str, bool); 8] = [
        (&[8, 6], "not IP (ARP)", false),
        (&[0x88, 0xcc], "not IP (LLDP)", false),
        (&[0x12, 0x34], "not IP (EtherType 0x1234)", true),
        (&[0, 38, 0x42, 0x42, 3], "not IP (spanning tree)", false),
        (&[8], "cut before the IP header", true),
        (
            &[0, 99, 0xaa, 0xaa, 3, 0, 0, 12, 0x20, 0],
            "not IP (Cisco's protocols)",
            false,
        ),
        (
            &[0, 99, 0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 2],
            "not IP (bridged frame)",
            true,
        ),
        (
            &[0x88, 0xe5, 0x0c, 0, 0, 0, 0, 1, 8, 0],
            "not IP (MACsec)",
            true,
        ),
    ];
    for (head, text, lossy) in cases {
        let reason = whole(1, &ethernet(head, b"")).unwrap_err();
        assert_eq!((reason.to_string().as_str(), reason.lossy()), (text, lossy));
    }
    let reason = whole(147, b"whatever").unwrap_err();
    assert_eq!(
        (reason.to_string().as_str(), reason.lossy()),
        ("unknown link type 147", true)
    );
}

#[test]
fn mpls_in_ethernet() {
    let one = [0x88, 0x47, 0, 1, 0x41, 64];
    let two = [0x88, 0x47, 0, 1, 0x40, 64, 0, 2, 0x41, 64];
    for head in [&one[..], &two] {
        assert_eq!(text_of(1, &ethernet(head, &v4(b"abc"))), 3);
        assert_eq!(text_of(1, &ethernet(head, &v6(b"abc"))), 3);
        let wire = [head, &[0, 0, 0, 9]].concat();
        let inner = ethernet(&[8, 0], &v4(b"abc"));
        assert_eq!(text_of(1, &ethernet(&wire, &inner)), 3);
        let mut inner = inner;
        inner[0] = 0x48;
        assert_eq!(text_of(1, &ethernet(head, &inner)), 3);
    }
    let endless = [&[0x88, 0x47][..], &[0, 1, 0x40, 64].repeat(40)].concat();
    assert_eq!(
        whole(1, &ethernet(&endless, b"")).unwrap_err(),
        Undecoded::LinkCut
    );
}

#[test]
fn ppp_in_its_forms() {
    let session = [0x88, 0x64, 0x11, 0, 0, 7, 0, 99, 0, 0x21];
    let decoded = whole(1, &ethernet(&session, &v4(b"abc"))).unwrap();
    assert_eq!(decoded.segment.text, 3);
    assert_ne!(decoded.tunnel, 0);
    assert_eq!(text_of(51, &under(&session[2..], &v4(b"abc"))), 3);
    for head in [
        &[0xff, 3, 0, 0x21][..],
        &[0, 0x21],
        &[0x21],
        &[0xff, 3, 0x21],
    ] {
        assert_eq!(text_of(9, &under(head, &v4(b"abc"))), 3);
        assert_eq!(text_of(50, &under(head, &v4(b"abc"))), 3);
    }
    assert_eq!(text_of(9, &under(&[0, 0x57], &v6(b"abc"))), 3);
    for link in [50, 104] {
        assert_eq!(text_of(link, &under(&[0x0f, 0, 8, 0], &v4(b"abc"))), 3);
    }
    let control = whole(9, &[0xff, 3, 0xc0, 0x21, 9, 9]).unwrap_err();
    assert_eq!(
        (control.to_string().as_str(), control.lossy()),
        ("not IP (LCP)", false)
    );
    assert!(whole(9, &[0, 0xfd, 9, 9]).unwrap_err().lossy());
}

const SNAP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];

#[test]
fn data_frames_of_802_11() {
    let plain = [&[8, 1][..], &[0; 22]].concat();
    let four = [&[8, 3][..], &[0; 28]].concat();
    let quality = [&[0x88, 2][..], &[0; 24]].concat();
    let padded = [&[0x88, 2][..], &[0; 26]].concat();
    let radiotap = [0, 0, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    let information = [0, 0, 8, 0, 105, 0, 0, 0];
    for head in [plain, four, quality, padded] {
        let octets = under(&[&head[..], &SNAP].concat(), &v4(b"abc"));
        assert_eq!(text_of(105, &octets), 3, "{head:x?}");
        assert_eq!(text_of(127, &under(&radiotap, &octets)), 3);
        assert_eq!(text_of(192, &under(&information, &octets)), 3);
        let mut encrypted = octets.clone();
        encrypted[1] |= 0x40;
        let reason = whole(105, &encrypted).unwrap_err();
        assert_eq!((reason, reason.lossy()), (Undecoded::RadioEncrypted, true));
        for control in [0x80, 0xd4, 0x48] {
            let mut other = octets.clone();
            other[0] = control;
            assert!(!whole(105, &other).unwrap_err().lossy());
        }
    }
}

#[test]
fn bsd_pseudo_headers() {
    let log = [61, 2, 0, 0]
        .into_iter()
        .chain([0; 60])
        .collect::<Vec<u8>>();
    assert_eq!(text_of(117, &under(&log, &v4(b"abc"))), 3);
    let encapsulating = [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(text_of(109, &under(&encapsulating, &v4(b"abc"))), 3);
}

#[test]
fn the_direction_is_told_by_whatever_the_capturing_system_puts_first() {
    let packet = v4(b"abc");
    let tap = |flags: u8| {
        let mut head = vec![0; 108];
        (head[0], head[4], head[8], head[36]) = (108, 1, 12, flags);
        head
    };
    let log = |way: u8| {
        let mut head = vec![0; 64];
        (head[0], head[1], head[60]) = (61, 2, way);
        head
    };
    let cases: [(u16, Vec<u8>, Vec<u8>); 4] = [
        (204, vec![0, 0x21], vec![1, 0x21]),
        (166, vec![0, 3, 0, 0x21], vec![1, 3, 0, 0x21]),
        (117, log(1), log(2)),
        (258, tap(1), tap(2)),
    ];
    for (link, received, sent) in cases {
        let told = |head: &[u8]| direction_of(link, &under(head, &packet));
        assert_eq!(told(&received), Direction::Incoming, "{link}");
        assert_eq!(told(&sent), Direction::Outgoing, "{link}");
    }
    for (link, head) in [(117, log(0)), (258, tap(3)), (101, Vec::new())] {
        let told = direction_of(link, &under(&head, &packet));
        assert_eq!(told, Direction::Unknown, "{link}");
    }
    // What was for another host passed in neither direction, and what the record says goes before.
    let other = [0, 3, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0];
    let octets = under(&other, &packet);
    assert_eq!(direction_of(113, &octets), Direction::Unknown);
    let stated = crate::capture::Frame {
        direction: Direction::Incoming,
        ..frame(113, &octets, octets.len())
    };
    let framing = decode(&stated).unwrap().framing;
    assert_eq!(framing.direction, Direction::Incoming);
}

#[test]
fn openbsd_numbers_its_loopback_as_others_do_raw_ip() {
    assert_eq!(text_of(12, &under(&[0, 0, 0, 2], &v4(b"abc"))), 3);
    assert_eq!(text_of(12, &under(&[0, 0, 0, 24], &v6(b"abc"))), 3);
}

#[test]
fn a_log_of_the_packet_filter_in_either_byte_order() {
    for (little, length) in [(true, [7, 0]), (false, [0, 7])] {
        let pair = |number: u8| if little { [number, 0] } else { [0, number] };
        let packet = v4(b"abc");
        let payload = u8::try_from(packet.len() + 4).unwrap();
        let head = [
            &[2, 0, 0, 5][..],
            &length,
            &pair(10),
            b"hi\0\0",
            &pair(payload),
            &pair(9),
        ]
        .concat();
        assert_eq!(text_of(239, &under(&head, &packet)), 3);
    }
    assert_eq!(
        whole(239, &[2, 0, 0, 5, 0, 0, 0, 0]).unwrap_err(),
        Undecoded::LinkCut
    );
}
