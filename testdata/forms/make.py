#!/usr/bin/env python3
"""Writes one real connection (../honest-simultaneous-open.pcap) in every form that a capture can have it in: link layers,
tunnels, file formats. `make.py` writes the files of this folder anew; tests/forms.rs holds each of them to the original,
tests/against_tshark.py to what tshark reads.
"""

import gzip
import struct
from pathlib import Path

HERE = Path(__file__).parent


def records(path):
    data = path.read_bytes()
    at = 24
    while at < len(data):
        sec, usec, length, wire = struct.unpack_from("<IIII", data, at)
        yield (sec, usec), data[at + 16 : at + 16 + length], wire
        at += 16 + length


BASE = [(time, octets) for time, octets, _ in records(HERE.parent / "honest-simultaneous-open.pcap")]
CLIENT = BASE[0][1][12:16]
MACS = {True: bytes.fromhex("020000000002020000000001"), False: bytes.fromhex("020000000001020000000002")}


def sent(ip):
    return ip[12:16] == CLIENT


def ones(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def v6(ip):
    """The same segment over IPv6."""
    tcp = bytearray(ip[20:])
    source, destination = (b"\xfd" + b"\0" * 11 + ip[at : at + 4] for at in (12, 16))
    tcp[16:18] = b"\0\0"
    tcp[16:18] = struct.pack("!H", ones(source + destination + struct.pack("!II", len(tcp), 6) + bytes(tcp)))
    return struct.pack("!IHBB", 6 << 28, len(tcp), 6, ip[8]) + source + destination + bytes(tcp)


def outer(ip, protocol, payload, identification=0):
    """`payload` in an IPv4 packet between two other hosts, in the direction of `ip`."""
    ends = [bytes([203, 0, 113, 1]), bytes([203, 0, 113, 2])]
    ends = ends if sent(ip) else ends[::-1]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), identification, 0, 64, protocol, 0) + b"".join(ends)
    return head[:10] + struct.pack("!H", ones(head)) + head[12:] + payload


def udp(ip, port, payload, source=None):
    return outer(ip, 17, struct.pack("!HHHH", source or port, port, 8 + len(payload), 0) + payload)


def ethernet(ip, tags=b""):
    return MACS[sent(ip)] + tags + b"\x08\0" + ip


def ether(ip, kind, payload):
    return MACS[sent(ip)] + struct.pack("!H", kind) + payload


SNAP = bytes.fromhex("aaaa03000000") + b"\x08\x00"


def sll(ip, hardware, kind=0x0800):
    return struct.pack("!HHH8sH", 4 if sent(ip) else 0, hardware, 6, b"\2\0\0\0\0\1\0\0", kind) + ip


def sll2(ip, hardware, kind=0x0800):
    return struct.pack("!HHIHBB8s", kind, 0, 2, hardware, 4 if sent(ip) else 0, 6, b"\2\0\0\0\0\1\0\0") + ip


def wifi(ip, control=b"\x08\x01", more=b""):
    bssid, here, there = b"\2\0\0\0\0\x09", b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
    return control + b"\0\0" + bssid + here + there + b"\0\0" + more + SNAP + ip


def pktap(ip):
    head = struct.pack("<III24sIIII", 108, 1, 1, b"en0", 2 if sent(ip) else 1, 2, 14, 0)
    return head.ljust(108, b"\0") + ethernet(ip)


def nflog(ip):
    def field(kind, value):
        return struct.pack("<HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)

    return b"\2\0\0\5" + field(1, b"\x08\0\1\0") + field(10, b"log\0") + field(9, ip)


def pflog(ip):
    return struct.pack("!BBBB16s16sIIIIIIB3x", 61, 2, 0, 0, b"em0", b"", 0, 0, 0, 0, 0, 0, 2 if sent(ip) else 1) + ip


def gtp(ip, flags=0x30, more=b""):
    return udp(ip, 2152, struct.pack("!BBHI", flags, 255, len(more) + len(ip), 7 if sent(ip) else 8) + more + ip)


def vxlan(ip, port=4789):
    return udp(ip, port, bytes.fromhex("0800000000002a00") + ethernet(ip), 50000)


ETHERNET = 1
RAW = 101
LINKS = {
    "ethernet": (ETHERNET, ethernet),
    "ethernet-v6": (ETHERNET, lambda ip: ether(ip, 0x86DD, v6(ip))),
    "ethernet-padded": (ETHERNET, lambda ip: ethernet(ip).ljust(150, b"\x55")),
    "vlan": (ETHERNET, lambda ip: ethernet(ip, tags=bytes.fromhex("81000007"))),
    "vlan-twelve-tags": (ETHERNET, lambda ip: ethernet(ip, tags=bytes.fromhex("88a80009" + "81000007" * 11))),
    "ieee-802.3": (ETHERNET, lambda ip: MACS[sent(ip)] + struct.pack("!H", len(ip) + 8) + SNAP + ip),
    "mpls": (ETHERNET, lambda ip: ether(ip, 0x8847, bytes.fromhex("0000104000002140") + ip)),
    "pseudowire": (ETHERNET, lambda ip: ether(ip, 0x8847, bytes.fromhex("0000214000000000") + ethernet(ip))),
    "pppoe": (ETHERNET, lambda ip: ether(ip, 0x8864, struct.pack("!HHHH", 0x1100, 9, len(ip) + 2, 0x21) + ip)),
    "backbone-bridge": (ETHERNET, lambda ip: ether(ip, 0x88E7, b"\0\0\0\5" + ethernet(ip))),
    "vn-tag": (ETHERNET, lambda ip: ether(ip, 0x8926, bytes.fromhex("000000010800") + ip)),
    "ring-tag": (ETHERNET, lambda ip: ether(ip, 0x892F, struct.pack("!HHH", len(ip) + 6, 1, 0x0800) + ip)),
    "macsec-signed": (ETHERNET, lambda ip: ether(ip, 0x88E5, bytes.fromhex("0000000000010800") + ip + b"\x77" * 16)),
    "service-header": (ETHERNET, lambda ip: ether(ip, 0x894F, bytes.fromhex("0fc20201000001ff") + ip)),
    "null-little": (0, lambda ip: b"\2\0\0\0" + ip),
    "null-big": (0, lambda ip: b"\0\0\0\2" + ip),
    "null-v6-darwin": (0, lambda ip: b"\x1e\0\0\0" + v6(ip)),
    "loop": (108, lambda ip: b"\0\0\0\2" + ip),
    "raw": (RAW, lambda ip: ip),
    "raw-v6": (RAW, v6),
    "raw-12": (12, lambda ip: ip),
    "raw-14": (14, lambda ip: ip),
    "ipv4": (228, lambda ip: ip),
    "ipv6": (229, v6),
    "cooked": (113, lambda ip: sll(ip, 1)),
    "cooked-loopback": (113, lambda ip: sll(ip, 772)),
    "cooked-tunnel": (113, lambda ip: sll(ip, 65534)),
    "cooked-ppp": (113, lambda ip: sll(ip, 512)),
    "cooked-v6": (113, lambda ip: sll(ip, 776, 0x86DD)[:16] + v6(ip)),
    "cooked-2": (276, lambda ip: sll2(ip, 1)),
    "cooked-2-loopback": (276, lambda ip: sll2(ip, 772)),
    "cooked-2-tunnel": (276, lambda ip: sll2(ip, 65534)),
    "ppp": (9, lambda ip: b"\0\x21" + ip),
    "ppp-hdlc": (50, lambda ip: b"\xff\3\0\x21" + ip),
    "ppp-direction": (204, lambda ip: bytes([sent(ip)]) + b"\xff\3\0\x21" + ip),
    "ppp-pppd": (166, lambda ip: bytes([sent(ip)]) + b"\3\0\x21" + ip),
    "pppoe-session": (51, lambda ip: struct.pack("!HHHH", 0x1100, 9, len(ip) + 2, 0x21) + ip),
    "hdlc": (104, lambda ip: b"\x0f\0\x08\0" + ip),
    "hdlc-direction": (205, lambda ip: bytes([sent(ip)]) + b"\x0f\0\x08\0" + ip),
    "frame-relay": (107, lambda ip: b"\x18\x41\3\xcc" + ip),
    "frame-relay-cisco": (107, lambda ip: b"\x18\x41\x08\0" + ip),
    "frame-relay-direction": (206, lambda ip: bytes([sent(ip)]) + b"\x18\x41\3\xcc" + ip),
    "wifi": (105, wifi),
    "wifi-quality": (105, lambda ip: wifi(ip, b"\x88\x01", b"\0\0")),
    "radiotap": (127, lambda ip: bytes.fromhex("0000080000000000") + wifi(ip)),
    "prism": (119, lambda ip: struct.pack("<II", 0x44, 144).ljust(144, b"\0") + wifi(ip)),
    "wlan-capture": (163, lambda ip: struct.pack("!II", 0x80211001, 64).ljust(64, b"\0") + wifi(ip)),
    "per-packet": (192, lambda ip: struct.pack("<BBHI", 0, 0, 8, 105) + wifi(ip)),
    "pflog": (117, pflog),
    "enc": (109, lambda ip: b"\2\0\0\0" + b"\0" * 8 + ip),
    "ipnet": (226, lambda ip: struct.pack("!BBHIIIII", 1, 2, 0, len(ip), 1, 1, 0, 0) + ip),
    "nflog": (239, nflog),
    "pktap": (258, pktap),
    "slip": (8, lambda ip: bytes([sent(ip), 0x45]) + b"\0" * 14 + ip),
    "token-ring": (6, lambda ip: b"\x10\x40" + MACS[sent(ip)] + SNAP + ip),
    "fddi": (10, lambda ip: b"\x50" + MACS[sent(ip)] + SNAP + ip),
    "atm-llc": (100, lambda ip: SNAP + ip),
    "sun-atm": (123, lambda ip: bytes([0x82 if sent(ip) else 2, 0, 0, 42]) + SNAP + ip),
    "fibre-channel": (122, lambda ip: (b"\x10\0" + MACS[sent(ip)][:6] + b"\x10\0" + MACS[sent(ip)][6:]) + SNAP + ip),
    "firewire": (138, lambda ip: b"\1" * 8 + b"\2" * 8 + b"\x08\0" + ip),
    "infiniband": (242, lambda ip: b"\0" * 40 + b"\x08\0\0\0" + ip),
    "switch-tag": (285, lambda ip: MACS[sent(ip)] + bytes.fromhex("dada0000c0000001") + b"\x08\0" + ip),
    "mpls-bare": (219, lambda ip: bytes.fromhex("00002140") + ip),
    "ip-in-ip": (RAW, lambda ip: outer(ip, 4, ip)),
    "6in4": (RAW, lambda ip: outer(ip, 41, v6(ip))),
    "gre": (RAW, lambda ip: outer(ip, 47, b"\0\0\x08\0" + ip)),
    "gre-key": (RAW, lambda ip: outer(ip, 47, bytes.fromhex("30000800" "0000002a" "00000001") + ip)),
    "gre-ethernet": (RAW, lambda ip: outer(ip, 47, b"\0\0\x65\x58" + ethernet(ip))),
    "erspan": (RAW, lambda ip: outer(ip, 47, bytes.fromhex("100088be" "00000001" "1001000100000000") + ethernet(ip))),
    "vxlan": (RAW, vxlan),
    "vxlan-8472": (RAW, lambda ip: vxlan(ip, 8472)),
    "vxlan-gpe": (RAW, lambda ip: udp(ip, 4790, bytes.fromhex("0c000001" "00002a00") + ip, 50000)),
    "geneve": (RAW, lambda ip: udp(ip, 6081, bytes.fromhex("0200655800002a00" "0102030100000000") + ethernet(ip), 50000)),
    "gtp": (RAW, gtp),
    "gtp-extended": (RAW, lambda ip: gtp(ip, 0x34, bytes.fromhex("00000085" "01100900"))),
    "teredo": (RAW, lambda ip: udp(ip, 3544, bytes.fromhex("0000efbffffefffe") + v6(ip), 50000)),
    "l2tp": (RAW, lambda ip: udp(ip, 1701, bytes.fromhex("000200010002") + b"\xff\3\0\x21" + ip)),
    "ether-ip": (RAW, lambda ip: outer(ip, 97, b"\x30\0" + ethernet(ip))),
    "vxlan-in-gre-in-vlan": (
        ETHERNET,
        lambda ip: ethernet(outer(ip, 47, b"\0\0\x08\0" + vxlan(ip)), tags=bytes.fromhex("81000007")),
    ),
}


def write(name, data):
    (HERE / name).write_bytes(data)


def pcap(link, packets, order="<", magic=0xA1B2C3D4, version=(2, 4), unit=1, layout=lambda ip: b"", behind=b"", swap=False):
    file = struct.pack(order + "IHHIIII", magic, *version, 0, 0, 262144, link) + behind
    for (sec, usec), ip, octets in packets:
        wire = len(octets)
        file += struct.pack(order + "IIII", sec, usec * unit, wire, wire) + layout(ip) + octets
    return file


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def section(order):
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order, link, *options):
    return block(order, 1, struct.pack(order + "HHI", link, 0, 0) + b"".join(options) + b"\0" * 4 * bool(options))


def enhanced(order, number, ticks, octets, *options):
    body = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(octets), len(octets)) + octets
    return block(order, 6, body + b"\0" * (-len(octets) % 4) + b"".join(options) + b"\0" * 4 * bool(options))


def pcapng():
    """Two sections of different byte order; three interfaces of two link types, resolutions and offsets; directions,
    comments, names, drop counters that are zero; enhanced and obsolete packet blocks, a custom block."""
    file = b""
    half = len(BASE) // 2
    for order, part, shift in (("<", BASE[:half], 0), (">", BASE[half:], 3600)):
        file += section(order)
        file += interface(order, 1, option(order, 2, b"eth0"), option(order, 9, b"\x09"))
        file += interface(
            order, RAW, option(order, 9, bytes([0x80 | 20])), option(order, 14, struct.pack(order + "q", shift))
        )
        file += block(order, 0xBAD, struct.pack(order + "I", 32473) + b"whatever")
        file += block(order, 4, option(order, 1, CLIENT + b"client.example\0") + b"\0" * 4)
        for at, ((sec, usec), ip) in enumerate(part):
            way = option(order, 2, struct.pack(order + "I", 2 if sent(ip) else 1))
            if at % 3 == 0:
                file += enhanced(order, 0, sec * 10**9 + usec * 1000, ethernet(ip), way, option(order, 1, b"noted"))
            elif at % 3 == 1:
                ticks = (sec - shift) * 2**20 + usec * 2**20 // 10**6
                file += enhanced(order, 1, ticks, ip, way)
            else:
                ticks = sec * 10**9 + usec * 1000
                octets = ethernet(ip)
                body = struct.pack(
                    order + "HHIIII", 0, 0xFFFF, ticks >> 32, ticks & 0xFFFFFFFF, len(octets), len(octets)
                )
                file += block(order, 2, body + octets)
        drops = [option(order, code, struct.pack(order + "Q", 0)) for code in (5, 7)]
        file += block(order, 5, struct.pack(order + "III", 0, 0, 0) + b"".join(drops) + b"\0" * 4)
    return file


def main():
    for name, (link, form) in LINKS.items():
        write(f"link-{name}.pcap", pcap(link, [(time, ip, form(ip)) for time, ip in BASE]))
    plain = [(time, ip, ethernet(ip)) for time, ip in BASE]

    def kuznetzov(order, more=b""):
        return lambda ip: struct.pack(order + "IHBx", 2, 0x0800, 4 if sent(ip) else 0) + more

    files = {
        "big-endian": pcap(1, plain, ">"),
        "nanoseconds": pcap(1, plain, magic=0xA1B23C4D, unit=1000),
        "nanoseconds-big-endian": pcap(1, plain, ">", magic=0xA1B23C4D, unit=1000),
        "modified": pcap(1, plain, magic=0xA1B2CD34, layout=kuznetzov("<")),
        "modified-big-endian": pcap(1, plain, ">", magic=0xA1B2CD34, layout=kuznetzov(">")),
        "modified-usual-magic": pcap(1, plain, layout=kuznetzov("<")),
        "modified-longer": pcap(1, plain, magic=0xA1B2CD34, layout=kuznetzov("<", b"\0" * 4)),
        "nokia": pcap(1, plain, ">", layout=lambda ip: bytes.fromhex("9fbfb601")),
        "ixia": pcap(1, plain, magic=0x1C0001AC, unit=1000, behind=struct.pack("<I", sum(16 + len(p) for *_, p in plain))),
        "version-2.2": pcap(1, plain, version=(2, 2)),
        "version-2.3": pcap(1, plain, ">", version=(2, 3)),
        "aix": pcap(6, plain, ">", version=(2, 2), unit=1000),
        "check-sequence": pcap(0x24000001, [(time, ip, octets + b"FCS!") for time, ip, octets in plain]),
    }
    for name, file in files.items():
        write(f"file-{name}.pcap", file)
    simple = section("<") + interface("<", 1)
    for _, _, octets in plain:
        simple += block("<", 3, struct.pack("<I", len(octets)) + octets)
    write("file-sections.pcapng", pcapng())
    write("file-simple-blocks.pcapng", simple)
    usual = pcap(1, plain)
    cut = len(usual) // 2
    write("file-two-members.pcap.gz", gzip.compress(usual[:cut], mtime=0) + gzip.compress(usual[cut:], mtime=0))


main()
