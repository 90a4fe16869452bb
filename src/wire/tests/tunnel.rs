//! Segments in tunnels, and what only looks like one.

use super::*;

fn udp(ports: (u16, u16), payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 8).unwrap();
    let fields = [ports.0, ports.1, length, 0].map(u16::to_be_bytes).concat();
    ip4(17, &under(&fields, payload))
}

fn ethernet(packet: &[u8]) -> Vec<u8> {
    under(&[&[2; 12][..], &[8, 0]].concat(), packet)
}

fn key_of(packet: &[u8]) -> u64 {
    let decoded = whole(101, packet).unwrap();
    assert_eq!(decoded.segment.text, 3);
    assert_eq!(decoded.segment.checksum, crate::tcp::Checksum::Good);
    decoded.tunnel
}

/// The same packet on its way back.
fn back(packet: &[u8]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    let (source, destination) = (packet[12..16].to_vec(), packet[16..20].to_vec());
    packet[12..16].copy_from_slice(&destination);
    packet[16..20].copy_from_slice(&source);
    packet
}

fn vxlan(network: u8, packet: &[u8]) -> Vec<u8> {
    udp(
        (50_000, 4789),
        &under(&[8, 0, 0, 0, 0, 0, network, 0], &ethernet(packet)),
    )
}

fn gtp(flags: u8, optional: &[u8], packet: &[u8]) -> Vec<u8> {
    let length = u16::try_from(optional.len() + packet.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let header = [flags, 255, high, low, 0, 0, 0, 5];
    udp(
        (2152, 2152),
        &under(&[&header[..], optional].concat(), packet),
    )
}

#[test]
fn outside_of_tunnels_the_key_is_0() {
    assert_eq!(key_of(&v4(b"abc")), 0);
}

#[test]
fn tunnels_over_ip() {
    let gre = |head: &[u8], inner: &[u8]| ip4(47, &under(head, inner));
    let packets = [
        ip4(4, &v4(b"abc")),
        ip4(41, &v6(b"abc")),
        gre(&[0, 0, 8, 0], &v4(b"abc")),
        gre(&[0, 0, 0x86, 0xdd], &v6(b"abc")),
        gre(&[0x20, 0, 8, 0, 0, 0, 0, 9], &v4(b"abc")),
        gre(&[0x20, 0, 8, 0, 0, 0, 0, 8], &v4(b"abc")),
        gre(
            &[0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1],
            &v4(b"abc"),
        ),
        gre(
            &[
                0x30, 0x81, 0x88, 0x0b, 0, 9, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0xff, 3, 0, 0x21,
            ],
            &v4(b"abc"),
        ),
        ip4(97, &under(&[0x30, 0], &ethernet(&v4(b"abc")))),
        gtp(0x30, &[], &v4(b"abc")),
    ];
    let keys: Vec<u64> = packets.iter().map(|packet| key_of(packet)).collect();
    for (packet, key) in packets.iter().zip(&keys) {
        assert_ne!(*key, 0);
        assert_eq!(key_of(&back(packet)), *key);
    }
    // IP in IP is one tunnel whatever the version inside, and so is GRE without a key.
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!((distinct.len(), keys[0], keys[2]), (7, keys[1], keys[3]));
    assert_eq!(key_of(&ip4(137, &under(&[0, 1, 1, 64], &v4(b"abc")))), 0);
}

#[test]
fn mirrored_frames() {
    let frame = ethernet(&v4(b"abc"));
    for head in [
        &[0, 0, 0x88, 0xbe][..],
        &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 5, 0, 0, 0, 0],
        &[&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1][..], &[0x20; 11], &[0]].concat(),
    ] {
        assert_ne!(key_of(&ip4(47, &under(head, &frame))), 0);
    }
}

#[test]
fn overlapping_address_spaces_stay_apart() {
    let (red, blue) = (vxlan(1, &v4(b"abc")), vxlan(2, &v4(b"abc")));
    assert_ne!(key_of(&red), key_of(&blue));
    // A network has many endpoints.
    let mut moved = red.clone();
    moved[19] = 77;
    assert_eq!(key_of(&red), key_of(&moved));
    let geneve = under(
        &[1, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 0],
        &ethernet(&v4(b"abc")),
    );
    let geneve = key_of(&udp((50_000, 6081), &geneve));
    assert!(geneve != key_of(&red) && geneve != 0);
}

#[test]
fn user_data_of_mobile_networks() {
    let plain = key_of(&gtp(0x30, &[], &v4(b"abc")));
    assert_eq!(key_of(&gtp(0x32, &[0, 1, 0, 0], &v6(b"abc"))), plain);
    let extended = gtp(0x34, &[0, 1, 0, 0x85, 1, 0x10, 9, 0], &v4(b"abc"));
    assert_eq!(key_of(&extended), plain);
    let endless = gtp(0x34, &[0, 1, 0, 0x85, 0, 0x10, 9, 0], &v4(b"abc"));
    assert_eq!(whole(101, &endless).unwrap_err(), Undecoded::Protocol(17));
    let mut echo = gtp(0x30, &[], &v4(b"abc"));
    echo[29] = 1;
    assert!(!whole(101, &echo).unwrap_err().lossy());
}

#[test]
fn teredo_behind_its_indications() {
    let origin = [0, 0, 1, 2, 3, 4, 5, 6];
    let authentication = [0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0];
    for head in [
        &[][..],
        &origin,
        &authentication,
        &[&authentication[..], &origin].concat(),
    ] {
        assert_ne!(key_of(&udp((3544, 1000), &under(head, &v6(b"abc")))), 0);
    }
    let short = udp((3544, 1000), &v6(b"abc")[..60]);
    assert_eq!(whole(101, &short).unwrap_err(), Undecoded::Protocol(17));
}

#[test]
fn a_port_alone_makes_no_tunnel() {
    for port in [4789, 6081, 2152, 3544] {
        for payload in [
            &b"some text that is no tunnel at all, really"[..],
            b"",
            &[0; 7],
        ] {
            let reason = whole(101, &udp((port, port), payload)).unwrap_err();
            assert_eq!(reason, Undecoded::Protocol(17));
        }
    }
    let inner = udp((53, 53), b"a query");
    assert!(!whole(101, &vxlan(1, &inner)).unwrap_err().lossy());
}

#[test]
fn depth_is_limited() {
    let mut packet = v4(b"abc");
    for depth in 1..12 {
        packet = ip4(4, &packet);
        match whole(101, &packet) {
            Ok(decoded) => assert!(depth <= 8 && decoded.segment.text == 3),
            Err(reason) => assert!(depth > 8 && reason == Undecoded::Depth && reason.lossy()),
        }
    }
}
