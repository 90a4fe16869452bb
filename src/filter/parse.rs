//! From words to a tree, as pcap-filter(7) has it: `and` and `or` bind equally and from the left, `not` binds tighter, and an
//! address or number without a keyword takes the keywords before it.

use super::lex::{Token, tokens};
use super::net::{self, Net};
use super::{Family, Node, Side, What};
use std::net::{IpAddr, Ipv4Addr};

type Refusal = (usize, String);

pub(super) fn filter(text: &str) -> Result<Node, Refusal> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.trim_end().chars().count(),
        depth: 0,
        nested: 0,
        last: None,
    };
    let node = parser.expression()?;
    match parser.peek() {
        None => Ok(node),
        Some(token) if token.text == ")" => refuse(token, "nothing is open here"),
        Some(token) => refuse(token, "'and' or 'or' belongs here"),
    }
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    end: usize,
    /// VLAN tags passed so far, in the order of the text: that is how tcpdump counts them.
    depth: usize,
    nested: usize,
    /// The keywords of the test before.
    last: Option<Keywords>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Keywords {
    family: Option<Family>,
    side: Option<Side>,
    kind: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Host,
    Net,
    Port,
    PortRange,
}

/// Deeper than anybody writes, and shallow enough for the stack.
const NESTED: usize = 64;

fn refuse<T>(token: Token<'_>, reason: &str) -> Result<T, Refusal> {
    Err((token.column, reason.to_owned()))
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self, wanted: &str) -> Result<Token<'a>, Refusal> {
        let token = self
            .peek()
            .ok_or((self.end, format!("{wanted} is missing here")))?;
        self.at += 1;
        Ok(token)
    }

    fn accept(&mut self, word: &str) -> bool {
        let there = self.peek().is_some_and(|token| token.text == word);
        self.at += usize::from(there);
        there
    }

    fn expression(&mut self) -> Result<Node, Refusal> {
        let mut left = self.factor()?;
        loop {
            let and = self.accept("and");
            if !and && !self.accept("or") {
                return Ok(left);
            }
            let (a, b) = (Box::new(left), Box::new(self.factor()?));
            left = if and { Node::And(a, b) } else { Node::Or(a, b) };
        }
    }

    fn factor(&mut self) -> Result<Node, Refusal> {
        self.nested += 1;
        let token = self.next("a test")?;
        if self.nested > NESTED {
            return refuse(token, "nested too deeply");
        }
        let node = match token.text {
            "not" => Node::Not(Box::new(self.factor()?)),
            "(" => {
                let inner = self.expression()?;
                let close = self.next("')'")?;
                if close.text != ")" {
                    return refuse(close, "')' or 'and' or 'or' belongs here");
                }
                inner
            }
            "and" | "or" | ")" => return refuse(token, "a test belongs here"),
            _ => {
                self.at -= 1;
                self.test()?
            }
        };
        self.nested -= 1;
        Ok(node)
    }

    fn test(&mut self) -> Result<Node, Refusal> {
        if self.accept("vlan") {
            return self.vlan();
        }
        let start = self.at;
        let keywords = self.keywords()?;
        if self.at == start {
            // Only a value: the keywords before it count again.
            let token = self.next("a test")?;
            return match self.last {
                Some(known) => self.value(token, known),
                None if is_address(token.text) => {
                    refuse(token, "'host' or 'net' belongs before it")
                }
                None => refuse(token, unknown(token.text)),
            };
        }
        self.last = Some(keywords);
        let bare = keywords.side.is_none() && keywords.kind.is_none();
        let goes_on = self
            .peek()
            .is_some_and(|token| !matches!(token.text, "and" | "or" | ")"));
        if bare && !goes_on {
            self.last = None;
            return Ok(self.leaf(keywords, What::Tcp));
        }
        if bare {
            let token = self.next("a test")?;
            return refuse(
                token,
                "'host', 'net', 'port', 'portrange', 'src' or 'dst' belongs here",
            );
        }
        let token = self.next("an address or a number")?;
        self.value(token, keywords)
    }

    fn vlan(&mut self) -> Result<Node, Refusal> {
        let number = self.peek().and_then(|token| {
            let digits = token.text.bytes().all(|octet| octet.is_ascii_digit());
            digits.then_some(token)
        });
        let mut wanted = None;
        if let Some(token) = number {
            self.at += 1;
            let tag = token.text.parse().ok().filter(|tag| *tag <= 4095);
            wanted = Some(tag.ok_or((token.column, "a VLAN has a number up to 4095".to_owned()))?);
        }
        let node = self.leaf(Keywords::default(), What::Vlan(wanted));
        self.depth += 1;
        Ok(node)
    }

    /// Protocol, direction, kind, in that order, as far as they are there.
    fn keywords(&mut self) -> Result<Keywords, Refusal> {
        let mut words = Keywords::default();
        if self.accept("ip") {
            words.family = Some(Family::V4);
        } else if self.accept("ip6") {
            words.family = Some(Family::V6);
        } else {
            self.accept("tcp");
        }
        if self.accept("src") {
            words.side = Some(self.other("dst", Side::Source));
        } else if self.accept("dst") {
            words.side = Some(self.other("src", Side::Destination));
        }
        let kinds = [
            ("host", Kind::Host),
            ("net", Kind::Net),
            ("port", Kind::Port),
            ("portrange", Kind::PortRange),
        ];
        words.kind = kinds
            .iter()
            .find(|(word, _)| self.accept(word))
            .map(|(_, kind)| *kind);
        Ok(words)
    }

    /// `src or dst`, `src and dst`; back to before the word where something else follows.
    fn other(&mut self, word: &str, alone: Side) -> Side {
        let start = self.at;
        for (join, side) in [("or", Side::Either), ("and", Side::Both)] {
            if self.accept(join) {
                let kinds = ["host", "net", "port", "portrange"];
                let after = self.tokens.get(self.at + 1).map(|token| token.text);
                let joined = self.peek().is_some_and(|token| token.text == word)
                    && after.is_some_and(|after| kinds.contains(&after) || is_address(after));
                if joined {
                    self.at += 1;
                    return side;
                }
                self.at = start;
            }
        }
        alone
    }

    fn value(&mut self, token: Token<'a>, words: Keywords) -> Result<Node, Refusal> {
        let text = token.text;
        let ports = matches!(words.kind, Some(Kind::Port | Kind::PortRange));
        if ports && words.family.is_some() {
            return refuse(
                token,
                "a port has no IP version; write 'ip and port …' or 'ip6 and port …'",
            );
        }
        let what = match words.kind {
            Some(Kind::Port) => {
                let port = port(token, text)?;
                What::Ports(port, port)
            }
            Some(Kind::PortRange) => {
                let (low, high) = text.split_once('-').unwrap_or((text, text));
                let (low, high) = (port(token, low)?, port(token, high)?);
                What::Ports(low.min(high), low.max(high))
            }
            Some(Kind::Net) => self.net(token)?,
            Some(Kind::Host) if text.contains('/') => {
                return refuse(token, "a net is written 'net ADDRESS/LENGTH'");
            }
            Some(Kind::Host) => host(token)?,
            None if text.contains('/') => self.net(token)?,
            None => host(token)?,
        };
        let clash = match (what, words.family) {
            (What::Net(net), Some(family)) => net.is_ipv4() != (family == Family::V4),
            _ => false,
        };
        if clash {
            return refuse(token, "an address of the other IP version");
        }
        Ok(self.leaf(words, what))
    }

    fn leaf(&self, words: Keywords, what: What) -> Node {
        Node::Test {
            depth: self.depth,
            family: words.family,
            side: words.side.unwrap_or(Side::Either),
            what,
        }
    }

    /// `10`, `10.1`, `10.1.2`, `10.0.0.0/8`, `2001:db8::/32`, `10.0.0.0 mask 255.0.0.0`.
    fn net(&mut self, token: Token<'a>) -> Result<What, Refusal> {
        let (text, length) = match token.text.split_once('/') {
            Some((text, length)) => (text, Some(length)),
            None => (token.text, None),
        };
        let address = padded(text).or_else(|| text.parse().ok());
        let (address, natural) = match address {
            Some(IpAddr::V4(v4)) => (IpAddr::V4(v4), 8 * text.split('.').count()),
            Some(v6) => (v6, 128),
            None => return refuse(token, "no net: names are not looked up; write its address"),
        };
        let mask = if length.is_none() && self.accept("mask") {
            let mask = self.next("a mask")?;
            let parsed: Option<Ipv4Addr> = mask.text.parse().ok();
            let parsed = parsed.ok_or((mask.column, "no mask, like 255.0.0.0".to_owned()))?;
            IpAddr::V4(parsed)
        } else {
            let length = length.map_or(Some(natural), |length| length.parse().ok());
            length
                .and_then(|length| net::mask(address, length))
                .ok_or((token.column, "no prefix length of this address".to_owned()))?
        };
        let net = Net::masked(address, mask);
        net.map(What::Net).ok_or_else(|| {
            let reason = "the net has bits set that its mask does not cover";
            (token.column, reason.to_owned())
        })
    }
}

fn is_address(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    first.parse::<IpAddr>().is_ok() || padded(first).is_some()
}

/// An IPv4 address of which octets at the end are left out.
fn padded(text: &str) -> Option<IpAddr> {
    let mut octets = [0_u8; 4];
    let mut count = 0;
    for part in text.split('.') {
        *octets.get_mut(count)? = part.parse().ok()?;
        count += 1;
    }
    (count > 0).then(|| IpAddr::V4(octets.into()))
}

fn host(token: Token<'_>) -> Result<What, Refusal> {
    match token.text.parse() {
        Ok(address) => Ok(What::Net(Net::host(address))),
        Err(_) => refuse(token, unknown(token.text)),
    }
}

fn unknown(word: &str) -> &'static str {
    match word {
        "udp" | "icmp" | "icmp6" | "sctp" | "arp" | "rarp" => {
            "only TCP is judged; leave other protocols out"
        }
        "proto" | "protochain" | "ether" | "gateway" | "broadcast" | "multicast" | "less"
        | "greater" | "mpls" | "pppoed" | "pppoes" | "geneve" | "inbound" | "outbound"
        | "ifname" | "len" | "tcp-syn" => {
            "tcpdump knows this word; tcplint has host, net, port, portrange, src, dst, ip, ip6, vlan, tcp"
        }
        _ => {
            "no address and no keyword: names are not looked up; keywords are host, net, port, portrange, src, dst, ip, ip6, vlan, tcp, and, or, not"
        }
    }
}

fn port(token: Token<'_>, text: &str) -> Result<u16, Refusal> {
    text.parse().map_err(|_| {
        let reason = "a port is a number up to 65535; service names are not looked up";
        (token.column, reason.to_owned())
    })
}
