#!/usr/bin/env python3
"""Asks tcpdump which frames each filter selects, and writes that down for tests/filter.rs.

usage: tests/filter/expected.py > tests/filter/expected.txt     (in the project's directory; needs tcpdump)

One line per capture and filter: the file, the filter, and the selected frames as ranges, or that tcpdump refuses it. tcpdump reads pcapng but always
writes pcap with the packets that it selected, so they are found again in its copy of the whole file, in order.
"""
import struct
import subprocess

CAPTURES = [
    "honest.pcap", "honest-half-open-ipv6.pcap", "honest-cooked.pcap", "vlan-one-way.pcap", "handshake-ack-wrong.pcapng",
    "honest-self-connect.pcap", "time-wait-reset.client.pcap", "bad-input/no-tcp.pcap", "ack-of-unsent.pcap",
    "filter/mixed.pcap",
]


def mixed():
    """Every kind of frame that a filter can tell apart: versions, ports, tags one and two deep, and no TCP at all."""
    def ethernet(tags, kind, packet):
        header = bytes(12)
        for place, tag in enumerate(tags):
            outer = 0x88A8 if len(tags) > 1 and place == 0 else 0x8100
            header += struct.pack("!HH", outer, tag)
        return header + struct.pack("!H", kind) + packet

    def ports(protocol, source, destination):
        tcp = struct.pack("!HHIIBBHHH", source, destination, 1, 1, 0x50, 0x10, 512, 0, 0)
        return tcp if protocol == 6 else struct.pack("!HHHH", source, destination, 8, 0)

    def v4(source, destination, a, b, protocol=6):
        inner = ports(protocol, a, b)
        addresses = bytes(map(int, source.split("."))) + bytes(map(int, destination.split(".")))
        header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(inner), 1, 0x4000, 64, protocol, 0) + addresses
        total = sum(struct.unpack("!10H", header))
        total = (total & 0xFFFF) + (total >> 16)
        return header[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + header[12:] + inner

    def v6(source, destination, a, b):
        inner = ports(6, a, b)
        address = lambda n: bytes.fromhex("20010db8") + bytes(10) + struct.pack("!H", n)
        return struct.pack("!IHBB", 6 << 28, len(inner), 6, 64) + address(source) + address(destination) + inner

    frames = []
    for tags in [[], [7], [8], [7, 8], [8, 7]]:
        frames.append(ethernet(tags, 0x0800, v4("10.0.0.1", "10.0.0.2", 40000, 80)))
        frames.append(ethernet(tags, 0x0800, v4("10.0.0.2", "10.0.0.1", 80, 40000)))
        frames.append(ethernet(tags, 0x0800, v4("10.0.1.1", "192.168.0.9", 1023, 443)))
        frames.append(ethernet(tags, 0x0800, v4("10.0.0.1", "10.0.0.2", 53, 80, 17)))
        frames.append(ethernet(tags, 0x86DD, v6(1, 2, 40000, 443)))
        frames.append(ethernet(tags, 0x86DD, v6(2, 1, 443, 40000)))
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for number, frame in enumerate(frames):
        data += struct.pack("<IIII", 1_700_000_000, number, len(frame), len(frame)) + frame
    return data


def run(capture, filter):
    command = ["tcpdump", "-nn", "-r", f"testdata/{capture}", "-w", "-", *([filter] if filter else [])]
    done = subprocess.run(command, capture_output=True)
    if any(said in done.stderr for said in [b"syntax error", b"not supported", b"illegal qualifier", b"no VLAN support"]):
        return None
    if b"expression rejects all packets" in done.stderr:
        return []
    assert done.returncode == 0, (capture, filter, done.stderr)
    data, at, packets = done.stdout, 24, []
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    while at < len(data):
        length = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        packets.append(data[at:at + 16 + length])
        at += 16 + length
    return packets


def ranges(frames):
    spans = []
    for frame in frames:
        if spans and spans[-1][1] == frame - 1:
            spans[-1][1] = frame
        else:
            spans.append([frame, frame])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans) or "none"


with open("testdata/filter/mixed.pcap", "wb") as file:
    file.write(mixed())
for capture in CAPTURES:
    whole = run(capture, None)
    for filter in open("tests/filter/filters.txt").read().splitlines():
        # The filters select TCP here, and whatever else matches in tcpdump.
        chosen, frames, at = run(capture, filter), [], 0
        tcp = set()
        for tagged in ["tcp", "vlan and tcp", "vlan and vlan and tcp"]:
            tcp |= set(run(capture, tagged) or [])
        if chosen is None:
            print(f"{capture}\t{filter}\trefused")
            continue
        for packet in chosen:
            at = whole.index(packet, at) + 1
            if packet in tcp:
                frames.append(at)
        print(f"{capture}\t{filter}\t{ranges(frames)}")
