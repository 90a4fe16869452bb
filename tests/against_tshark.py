#!/usr/bin/env python3
"""Compares what tcplint reads with what tshark reads: segments and octets of text, per 4-tuple and direction.

    tests/against_tshark.py [--tool target/release/tcplint] [FILE or FOLDER]...

Without a name: every capture in testdata/. Each difference is printed with its reason, where the reason accounts for
exactly the segments and octets that differ; one without a reason is printed as UNEXPLAINED and makes the exit status 1.
Needs tshark (tried with 4.0.17); not part of the test suite, because that needs nothing but the Rust toolchain.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ENDINGS = (".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz", ".pcap.zst")
FIELDS = [
    "frame.number",
    "frame.protocols",
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.len",
    "tcp.checksum.status",
    "tcp.flags",
]
# What tshark cannot, by file name.
KNOWN = {
    "link-slip.pcap": "tshark has no dissector for SLIP; tcpdump reads what tcplint reads",
}
# What tshark has to be told: it guesses neither from the frame alone.
HINTS = {
    "link-pseudowire.pcap": ["-d", "mpls.label==2,pwethcw"],
    "link-vxlan-8472.pcap": ["-d", "udp.port==8472,vxlan"],
}


def captures(names):
    for name in names:
        path = Path(name)
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.name.endswith(ENDINGS))
        else:
            yield path


def address(ip, port):
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def tshark(path):
    """Segments by (source, destination), each as (octets, whether the checksum is wrong, whether it is a RST or SYN)."""
    command = ["tshark", "-n", "-r", str(path), "-Y", "tcp", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]
    command += ["-o", "tcp.check_checksum:TRUE", "-o", "tcp.desegment_tcp_streams:FALSE"]
    command += HINTS.get(path.name, [])
    for field in FIELDS:
        command += ["-e", field]
    run = subprocess.run(command, capture_output=True, text=True)
    segments = defaultdict(list)
    for line in run.stdout.splitlines():
        values = dict(zip(FIELDS, line.split("\t")))
        protocols = values["frame.protocols"].split(":")
        if "icmp" in protocols or "icmpv6" in protocols:
            continue  # a header that is quoted
        last = len(protocols) - 1 - protocols[::-1].index("tcp")
        version = next((p for p in protocols[last::-1] if p in ("ip", "ipv6")), "ip")
        source, destination = (values[f"{version}.{side}"].split(",")[-1] for side in ("src", "dst"))
        ports = [values[f"tcp.{side}port"].split(",")[-1] for side in ("src", "dst")]
        octets = int((values["tcp.len"].split(",")[-1]) or 0)
        bad = values["tcp.checksum.status"].split(",")[-1] == "0"
        reset_or_syn = int(values["tcp.flags"].split(",")[-1], 16) & 6 != 0
        key = (address(source, ports[0]), address(destination, ports[1]))
        segments[key].append((octets, bad, reset_or_syn))
    complaint = [line for line in run.stderr.splitlines() if "Running as user" not in line]
    return segments, " ".join(complaint)


def tcplint(tool, path):
    """Segments and octets by (source, destination), and the capture's record."""
    run = subprocess.run([tool, "flows", "--format", "ndjson", str(path)], capture_output=True, text=True)
    counts, capture = Counter(), {}
    for line in run.stdout.splitlines():
        record = json.loads(line)
        if record["type"] == "capture":
            capture = record
        if record["type"] != "flow":
            continue
        first, second = split(record["flow"])
        sides = list(record["segments"])
        for side, ends in zip(sides, ((first, second), (second, first))):
            counts[ends, "segments"] += record["segments"][side]
            counts[ends, "octets"] += record["octets"][side]
            if "forged-segment" in record["tags"]:
                capture.setdefault("forged", set()).add(ends)
    return counts, capture, run.stderr.strip()


def split(flow):
    name = flow.split("#")[0]
    middle = len(name) // 2
    for at in sorted((i for i, c in enumerate(name) if c == "-"), key=lambda i: abs(i - middle)):
        left, right = name[:at], name[at + 1 :]
        if left.rpartition(":")[2].isdigit() and right.rpartition(":")[2].isdigit():
            return left, right
    raise ValueError(flow)


def reason(capture, ends, segments, missing, octets):
    """Why so many segments and octets are less in tcplint than in tshark."""
    suspects = [s for s in segments if s[2]]
    if ends in capture.get("forged", ()) and 0 < missing <= len(suspects) and octets in (0, sum(s[0] for s in suspects)):
        return "RSTs or SYNs that somebody forged in its name: told as forged-segment, not counted as its own"
    bad = [s for s in segments if s[1]]
    if bad and len(bad) == missing and sum(s[0] for s in bad) == octets:
        return "wrong checksum among right ones: damaged on the path, so no field of it is taken for its sender's"
    return None


def compare(tool, path):
    seen, complaint = tshark(path)
    counts, capture, error = tcplint(tool, path)
    if complaint and not seen:
        return [("tshark cannot read it", complaint[:160])] if counts else []
    if error and not capture:
        return [("tcplint cannot read it", error[:160])]
    twice = sum(s["frames"] for s in capture.get("skipped", []) if s["reason"] == "recorded twice")
    differences = []
    total_missing = 0
    for ends in sorted(set(seen) | {key[0] for key in counts}):
        segments = seen.get(ends, [])
        theirs = (len(segments), sum(s[0] for s in segments))
        ours = (counts[ends, "segments"], counts[ends, "octets"])
        if ours != theirs:
            total_missing += theirs[0] - ours[0]
            why = KNOWN.get(path.name) or reason(capture, ends, segments, theirs[0] - ours[0], theirs[1] - ours[1])
            differences.append((ends, theirs, ours, why))
    if twice and total_missing == twice:
        differences = [(*d[:3], d[3] or f"recorded twice, counted once ({twice} in this file)") for d in differences]
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default="target/release/tcplint")
    parser.add_argument("--quiet", action="store_true", help="only the sums and what is not explained")
    parser.add_argument("names", nargs="*", default=[str(Path(__file__).parent.parent / "testdata")])
    options = parser.parse_args()
    files = equal = unexplained = 0
    reasons = Counter()
    for path in captures(options.names):
        if "bad-input" in path.parts:
            continue
        files += 1
        differences = compare(options.tool, path)
        equal += not differences
        for difference in differences:
            if len(difference) == 2:
                reasons[difference[0]] += 1
                print(f"{path}: {difference[0]}: {difference[1]}")
                continue
            ends, theirs, ours, why = difference
            reasons[why or "UNEXPLAINED"] += 1
            unexplained += why is None
            if why is None or not options.quiet:
                print(
                    f"{path}: {ends[0]} > {ends[1]}: tshark {theirs[0]} segments {theirs[1]} octets, "
                    f"tcplint {ours[0]} and {ours[1]}: {why or 'UNEXPLAINED'}"
                )
    print(f"{files} captures, {equal} equal in every connection")
    for why, times in reasons.most_common():
        print(f"{times:5} {why}")
    sys.exit(1 if unexplained else 0)


main()
