//! What is understood, what is refused and where. What is selected is compared with tcpdump in `tests/filter.rs`.

use super::Filter;

fn refusal(text: &str) -> (usize, String) {
    let error = text.parse::<Filter>().map(|_| ()).unwrap_err();
    (error.column, error.reason)
}

#[test]
fn the_place_of_a_refusal_is_marked() {
    for (text, column, word) in [
        ("", 0, "missing"),
        ("host", 4, "missing"),
        ("host example.org", 5, "looked up"),
        ("port 80 and", 11, "missing"),
        ("port 80 host 10.0.0.1", 8, "'and' or 'or'"),
        ("(port 80", 8, "missing"),
        ("port 80)", 7, "nothing is open"),
        ("port http", 5, "service names"),
        ("udp port 53", 0, "only TCP"),
        ("tcp[13] & 2 != 0", 3, "octets"),
        ("net 10.0.0.1/8", 4, "bits set"),
        ("net 10.0.0.0/33", 4, "prefix length"),
        ("ip6 host 10.0.0.1", 9, "other IP version"),
        ("portrange 1-70000", 10, "up to 65535"),
        ("vlan 5000", 5, "up to 4095"),
        ("host 10.0.0.1 and é", 18, "character"),
        ("10.0.0.1", 0, "belongs before"),
        ("tcp 80", 4, "belongs here"),
        ("ether host 1:2:3:4:5:6", 0, "tcpdump knows"),
    ] {
        let (at, reason) = refusal(text);
        assert!(
            reason.contains(word) && at == column,
            "{text}: {at} {reason}"
        );
    }
    let shown = "port 80 or or".parse::<Filter>().unwrap_err().to_string();
    assert_eq!(
        shown,
        "a test belongs here\n  port 80 or or\n             ^"
    );
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}tcp{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(refusal(&deep).1, "nested too deeply");
    assert!("not ".repeat(10_000).parse::<Filter>().is_err());
    let long = vec!["port 80"; 10_000].join(" or ");
    assert!(long.parse::<Filter>().is_ok());
}

#[test]
fn tcpdumps_short_forms_are_understood() {
    for text in [
        "tcp",
        "ip",
        "ip6",
        "src 10.0.0.1",
        "net 10",
        "net 192.168",
        "src net 2001:db8::/32",
        "net 10.0.0.0 mask 255.0.0.0",
        "tcp dst port 80",
        "port 80 or 443",
        "host 10.0.0.1 and not port 22",
        "!(port 22 || portrange 1-2)",
        "src or dst port 1",
        "src and dst net 10.0.0.0/8",
        "vlan",
        "vlan 7 && vlan 8 && ip",
        "ip6 and tcp port 443",
        "host ::1 or ::2",
    ] {
        assert!(
            text.parse::<Filter>().is_ok(),
            "{text}: {:?}",
            refusal(text)
        );
    }
}
