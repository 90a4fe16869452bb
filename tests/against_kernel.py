#!/usr/bin/env python3
"""Compares the states that tcplint thinks possible with the states that the kernel of a host logged.

    against_kernel.py TCPLINT DIR [--verbose]

DIR holds captures with truth files (*.json) whose `kernel_events` are the kernel's own state changes. At the tap of the
host, at every segment of every connection, the true state has to be in the set that `tcplint show` prints for that host.
The kernel's names are read so: FIN-WAIT-1 and LAST-ACK before the first FIN was sent are ESTABLISHED (or SYN-RECEIVED)
and CLOSE-WAIT; CLOSE after FIN-WAIT or CLOSING is any later state; a listener's child is SYN-RECEIVED from its SYN-ACK on.
Prints the share of steps that agree and the mean size of the sets.
"""
import collections, datetime, json, pathlib, subprocess, sys

NAMES = {"CLOSE": "CLOSED", "SYN_SENT": "SYN-SENT", "SYN_RECV": "SYN-RECEIVED", "NEW_SYN_RECV": "SYN-RECEIVED", "ESTABLISHED": "ESTABLISHED",
         "FIN_WAIT1": "FIN-WAIT-1", "FIN_WAIT2": "FIN-WAIT-2", "CLOSE_WAIT": "CLOSE-WAIT", "LAST_ACK": "LAST-ACK",
         "CLOSING": "CLOSING", "TIME_WAIT": "TIME-WAIT", "LISTEN": "LISTEN"}
SLACK = 0.0003  # s between the tap and the state machine of the same host


def run(tool, *arguments):
    out = subprocess.run([tool, *arguments, "--format", "ndjson"], stdout=subprocess.PIPE, check=False).stdout
    return [json.loads(line) for line in out.splitlines()]


def seconds(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    at = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc).timestamp()
    return at + float("0." + (fraction or "0"))


def address(ip, port):
    return "[%s]:%s" % (ip, port) if ":" in ip else "%s:%s" % (ip, port)


def normal(endpoint):
    ip, _, port = endpoint.rpartition(":")
    return address(ip.strip("[]"), port)


def history(events, local, remote):
    """State changes of one socket pair: (time, from, to)."""
    return [(e["t"], e["from"], e["to"]) for e in events
            if e["event"] == "state" and normal(e["local"]) == local and normal(e["remote"]) == remote]


def at_time(changes, t):
    state, before = None, None
    for when, old, new in changes:
        if when > t:
            break
        before, state = (state or old), new
    return state, before


def acceptable(changes, t, fin_sent, synack_sent):
    """The RFC's names for what the kernel was in at `t`; None where its log says nothing."""
    state, before = at_time(changes, t)
    if state is None or state == "LISTEN":
        if synack_sent:
            return {"SYN-RECEIVED"}
        return None
    if state == "FIN_WAIT1" and not fin_sent:
        return {"SYN-RECEIVED", "ESTABLISHED"} if before == "SYN_RECV" else {"ESTABLISHED"}
    if state == "LAST_ACK" and not fin_sent:
        return {"CLOSE-WAIT"}
    if state == "CLOSE" and before in ("FIN_WAIT1", "FIN_WAIT2", "CLOSING"):
        return {"FIN-WAIT-2", "CLOSING", "TIME-WAIT", "CLOSED"}
    return {NAMES[state]}


def host_of(endpoint):
    return endpoint.rpartition(":")[0].strip("[]")


def own_steps(tool, path, flow, local):
    """The steps of one incarnation, with the states of the host at hand and whether it sent the segment."""
    if flow.get("initiator"):
        key = "initiator" if flow["initiator"] == local else "responder"
    else:
        key = local
    for record in run(tool, "show", path, str(flow["number"])):
        if record["type"] == "step":
            flags = record["segment"].partition("]")[0]
            yield {"incarnation": flow["incarnation"], "frame": record["frame"], "time": seconds(record["time"]),
                   "told": set(record["after"][key]), "before": set(record["before"][key]), "own": record["from"] == key, "fin": "F" in flags, "syn": "S" in flags, "ack": "." in flags}


def judge(name, steps, changes, total, verbose):
    """Several incarnations of a 4-tuple are alive at once: the host's one socket is in a state of one of them."""
    current, fin_sent, synack_sent = {}, False, False
    for at, step in enumerate(steps):
        if step["own"] and step["syn"]:
            fin_sent, synack_sent = False, step["ack"]
        fin_sent |= step["own"] and step["fin"]
        current[step["incarnation"]] = step["told"]
        now = step["time"]
        then = steps[at + 1]["time"] if at + 1 < len(steps) else now + 0.5
        close = then - now < 2 * SLACK
        probe = [now - SLACK, now, then] if close else [now + SLACK, then - SLACK]
        wanted = [w for w in (acceptable(changes, t, fin_sent, synack_sent) for t in probe) if w]
        if not wanted:
            continue
        told = set().union(*current.values())
        if at + 1 < len(steps):
            told |= steps[at + 1]["before"]
        total["steps"] += 1
        total["size"] += len(step["told"])
        fits = [bool(told & w) for w in wanted]
        good = any(fits) if close else all(fits)
        total["agree"] += good
        if not good and verbose:
            print("%s frame %s: kernel %s, tcplint %s" % (name, step["frame"], wanted, sorted(told)))


def main():
    tool, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    verbose = "--verbose" in sys.argv
    total = collections.Counter()
    for truth_path in sorted(directory.glob("*.json")):
        truth = json.loads(truth_path.read_text())
        events = [e for e in truth.get("kernel_events") or []]
        for capture in truth.get("captures", []):
            host = capture["vantage"]
            if host not in ("client", "server") or not events or "Linux" not in truth["endpoints"][host].get("stack", "Linux"):
                continue
            if truth["kind"] == "artefact" or truth.get("derived_from"):
                continue
            path = str(truth_path.parent / capture["file"])
            own = [e for e in events if e["host"] == host]
            ip = truth["endpoints"][host]["ip"]
            pairs = collections.OrderedDict()
            for flow in [r for r in run(tool, "flows", path) if r["type"] == "flow"]:
                first, _, second = flow["flow"].partition("-")
                # A connection of MPTCP has a second socket with the same addresses, whose states the kernel logs, too.
                if host_of(first) != host_of(second) and "mptcp" not in flow["tags"]:
                    pairs.setdefault(frozenset((first, second)), []).append(flow)
            for pair, flows in pairs.items():
                local = next((end for end in pair if host_of(end) == ip), None)
                if local is None:
                    continue
                (remote,) = pair - {local}
                changes = history(own, local, remote)
                if not changes:
                    continue
                steps = sorted((step for flow in flows for step in own_steps(tool, path, flow, local)), key=lambda step: step["frame"])
                judge(capture["file"], steps, changes, total, verbose)
    print("%d of %d steps agree (%.2f %%), mean size of the set %.2f" % (total["agree"], total["steps"], 100 * total["agree"] / max(1, total["steps"]), total["size"] / max(1, total["steps"])))
    sys.exit(0 if total["agree"] == total["steps"] else 1)


main()
