//! Names and comments that a pcapng file carries: labels for people, never evidence. All of it is hostile input, so it is
//! tidied and bounded here.

use super::order::Order;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Names that are kept.
const NAMES: usize = 4096;
/// Comments that are kept.
const COMMENTS: usize = 256;
/// Characters of a comment that are kept.
const LONGEST: usize = 1024;

/// A comment, and the frame that it is about; without one it is about the file or an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// 1-based frame number.
    pub frame: Option<u64>,
    /// The text, on one line.
    pub text: String,
}

/// What a file says in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The first name of each address, from name resolution blocks.
    pub names: BTreeMap<IpAddr, String>,
    /// Comments in the order of the file; at most a few hundred.
    pub comments: Vec<Comment>,
    /// Comments beyond those.
    pub more_comments: u64,
}

impl Labels {
    pub(super) fn comment(&mut self, frame: Option<u64>, text: String) {
        if text.is_empty() {
            return;
        }
        if self.comments.len() < COMMENTS {
            self.comments.push(Comment { frame, text });
        } else {
            self.more_comments = self.more_comments.saturating_add(1);
        }
    }

    /// Takes the records of a name resolution block, up to its end mark: type, length, an address and names, each ended
    /// by a zero octet; padded to four octets.
    pub(super) fn name(&mut self, mut records: &[u8], order: Order) {
        while let (Some(kind @ 1..), Some(length)) =
            (order.u16_at(records, 0), order.u16_at(records, 2))
        {
            let length = usize::from(length);
            let Some(value) = records.get(4..length.saturating_add(4)) else {
                return;
            };
            let v4 = value.first_chunk::<4>().filter(|_| kind == 1);
            let v6 = value.first_chunk::<16>().filter(|_| kind == 2);
            let address = v4
                .map(|octets| IpAddr::from(*octets))
                .or_else(|| v6.map(|octets| IpAddr::from(*octets)));
            let names = value.get(if kind == 1 { 4 } else { 16 }..);
            if let (Some(address), Some(names)) = (address, names) {
                self.first_name(address, names);
            }
            let whole = length.next_multiple_of(4).saturating_add(4);
            records = records.get(whole..).unwrap_or_default();
        }
    }

    fn first_name(&mut self, address: IpAddr, names: &[u8]) {
        /// No host name is longer (RFC 1035 section 3.1).
        const LONGEST_NAME: usize = 255;
        let name = names.split(|octet| *octet == 0).next().unwrap_or_default();
        let name = tidy(name, LONGEST_NAME);
        if !name.is_empty() && (self.names.len() < NAMES || self.names.contains_key(&address)) {
            self.names.entry(address).or_insert(name);
        }
    }
}

/// A comment fit for a report line.
pub(super) fn comment_text(value: &[u8]) -> String {
    tidy(value, LONGEST)
}

/// Text fit for a report line.
pub(super) fn tidy(value: &[u8], longest: usize) -> String {
    String::from_utf8_lossy(value)
        .trim_end_matches('\0')
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(longest)
        .collect::<String>()
        .trim()
        .to_owned()
}
