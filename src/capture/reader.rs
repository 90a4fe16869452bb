//! The reader: finds out the format, then hands out one frame after the other and keeps the file's facts.

use super::Frame;
use super::facts::{Fault, FaultKind, FileFacts};
use super::pcap::Pcap;
use super::pcap_header;
use super::pcapng::PcapNg;
use super::refusal;
use super::resync;
use super::source::Source;
use crate::error::Error;
use crate::tcp::Direction;
use crate::time::Timestamp;
use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a format found at the window's start.
pub(super) enum Found {
    /// A packet, still in the window.
    Frame(Record),
    /// A packet that cannot be delivered, and how many octets to pass over.
    Unreadable(String, usize),
    /// Something else that is damaged, and how many octets to pass over.
    Damaged(String, usize),
    /// Something that is not a packet, and how many octets to pass over.
    Other(usize),
    /// Damage at the window's start; reading ends.
    Fault(FaultKind, String),
    /// The end between two records.
    End,
}

impl Found {
    /// The input ends too early.
    pub(super) fn cut(text: impl Into<String>) -> Self {
        Self::Fault(FaultKind::Cut, text.into())
    }
}

/// A packet in the window.
pub(super) struct Record {
    /// Nanoseconds since the epoch.
    pub(super) nanos: Option<i128>,
    /// Counted over the whole file.
    pub(super) interface: u32,
    /// Where its octets start in the window.
    pub(super) start: usize,
    /// How many there are.
    pub(super) captured: usize,
    /// How many were on the wire.
    pub(super) wire_len: u32,
    /// How many of those are the frame check sequence.
    pub(super) fcs: u32,
    pub(super) direction: Direction,
    /// Octets of the whole record.
    pub(super) consumed: usize,
}

enum Format {
    Pcap(Pcap),
    PcapNg(PcapNg),
}

/// A capture file or stream, read once from front to back.
pub struct Reader {
    source: Source,
    format: Format,
    facts: FileFacts,
    /// Where the record at hand begins in the file.
    place: u64,
    /// Octets of the frame handed out last, still in the window.
    pending: usize,
    ended: bool,
    /// The files that follow in a joined capture, and who opens them.
    following: VecDeque<PathBuf>,
    opener: Opener,
    /// Where to say how many frames have been read.
    counter: Option<Arc<AtomicU64>>,
}

/// Opens one file of a joined capture.
pub type Opener = Box<dyn Fn(&Path) -> Result<Reader, Error> + Send>;

/// Opens the file at `path`; `-` is standard input.
pub fn open(path: &Path) -> Result<Reader, Error> {
    if path.as_os_str() == "-" {
        return Reader::new(std::io::stdin(), path);
    }
    let file = File::open(path).map_err(|source| Error::Io {
        path: path.into(),
        source,
    })?;
    Reader::new(file, path)
}

impl Reader {
    /// Reads the file header of `input`; `name` is what errors call it.
    pub fn new(input: impl Read + Send + 'static, name: &Path) -> Result<Self, Error> {
        let mut source = Source::decompressing(Box::new(input));
        // Room for the header of any format but pcapng, which asks for more itself.
        source.fill(pcap_header::HEADER.saturating_add(4));
        if let Some(failure) = source.take_failure() {
            return Err(Error::Io {
                path: name.into(),
                source: failure,
            });
        }
        let (format, facts) = if let Some((format, facts)) = Pcap::open(&mut source) {
            (Format::Pcap(format), facts)
        } else if let Some(format) = PcapNg::open(&mut source) {
            (Format::PcapNg(format), FileFacts::new("pcapng"))
        } else {
            return Err(match source.take_failure() {
                Some(failure) => Error::Io {
                    path: name.into(),
                    source: failure,
                },
                None => Error::NotACapture {
                    path: name.into(),
                    reason: refusal::reason(source.window()),
                },
            });
        };
        Ok(Self {
            source,
            format,
            facts,
            place: 0,
            pending: 0,
            ended: false,
            following: VecDeque::new(),
            opener: Box::new(open),
            counter: None,
        })
    }

    /// Reads files one after the other, as one.
    pub(super) fn joined(paths: Vec<PathBuf>, opener: Opener) -> Result<Self, Error> {
        let mut following = VecDeque::from(paths);
        let first = following.pop_front().unwrap_or_default();
        let mut this = opener(&first)?;
        this.following = following;
        this.opener = opener;
        if !this.following.is_empty() {
            this.facts.parts.push((first.display().to_string(), 1));
        }
        Ok(this)
    }

    /// Goes on with the next file of a joined capture; false where there is none.
    fn go_on(&mut self) -> bool {
        while let Some(path) = self.following.pop_front() {
            let name = path.display().to_string();
            let frame = self.facts.frames.saturating_add(1);
            self.facts.parts.push((name, frame));
            match (self.opener)(&path) {
                Ok(next) => {
                    self.take_over(next);
                    return true;
                }
                Err(error) => {
                    self.place = 0;
                    self.fault(FaultKind::ReadFailed, Some(frame), error.to_string());
                }
            }
        }
        false
    }

    fn take_over(&mut self, next: Self) {
        self.source = next.source;
        self.format = next.format;
        (self.place, self.pending, self.ended) = (0, 0, false);
        if let Format::Pcap(pcap) = &mut self.format {
            pcap.interface = u32::try_from(self.facts.interfaces.len()).unwrap_or(u32::MAX);
        }
        self.facts.interfaces.extend(next.facts.interfaces);
        if self.facts.format != next.facts.format {
            self.facts.format = "several formats";
        }
    }

    /// What is known of the file so far; complete once [`Reader::next_frame`] gave `None`.
    pub const fn facts(&self) -> &FileFacts {
        &self.facts
    }

    /// Says in `counter` how many frames have been read, for whoever watches.
    pub fn count_into(&mut self, counter: Arc<AtomicU64>) {
        self.counter = Some(counter);
    }

    /// Octets that the record of the last frame occupies in the (decompressed) file, its header included.
    pub fn record_len(&self) -> u64 {
        u64::try_from(self.pending).unwrap_or(u64::MAX)
    }

    /// The next frame; `None` at the end, be it the file's or that of what can be read.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        self.source.consume(self.pending);
        self.pending = 0;
        let record = self.next_record()?;
        self.pending = record.consumed;
        self.facts.frames = self.facts.frames.saturating_add(1);
        if let Some(counter) = &self.counter {
            counter.store(self.facts.frames, Ordering::Relaxed);
        }
        let wire_len = record.wire_len.saturating_sub(record.fcs);
        // The check sequence is the end of the frame on the wire, so a cut record holds less of it or nothing.
        let captured = match u32::try_from(record.captured) {
            Ok(captured) if captured >= record.wire_len => record
                .captured
                .saturating_sub(usize::try_from(record.fcs).unwrap_or(0)),
            _ => record
                .captured
                .min(usize::try_from(wire_len).unwrap_or(usize::MAX)),
        };
        let end = record.start.saturating_add(captured);
        let link_type = self
            .facts
            .interfaces
            .get(usize::try_from(record.interface).ok()?)?
            .link_type;
        Some(Frame {
            number: self.facts.frames,
            offset: self.place,
            time: record
                .nanos
                .map(|nanos| Timestamp::from_nanos(saturate(nanos))),
            interface: record.interface,
            link_type,
            octets: self.source.window().get(record.start..end)?,
            wire_len,
            direction: record.direction,
        })
    }

    fn next_record(&mut self) -> Option<Record> {
        loop {
            if self.ended && !self.go_on() {
                return None;
            }
            self.place = self.source.offset();
            let found = match &mut self.format {
                Format::Pcap(pcap) => pcap.next(&mut self.source),
                Format::PcapNg(pcapng) => pcapng.next(&mut self.source, &mut self.facts),
            };
            match found {
                Found::Frame(record) => return Some(record),
                Found::Unreadable(text, octets) => {
                    self.facts.frames = self.facts.frames.saturating_add(1);
                    self.facts.unread = self.facts.unread.saturating_add(1);
                    let frame = Some(self.facts.frames);
                    self.fault(FaultKind::Malformed, frame, text);
                    self.source.consume(octets);
                }
                Found::Damaged(text, octets) => {
                    self.fault(FaultKind::Malformed, None, text);
                    self.source.consume(octets);
                }
                Found::Other(octets) => self.source.consume(octets),
                Found::Fault(kind, text) => self.resume(kind, text),
                Found::End => self.end(None),
            }
        }
    }

    /// Looks for the next record; ends reading where there is none. A record that seems to reach beyond the end of the
    /// file may be one whose length is damaged.
    fn resume(&mut self, kind: FaultKind, text: String) {
        let found = match &self.format {
            Format::Pcap(pcap) => resync::search(&mut self.source, |source| pcap.plausible(source)),
            Format::PcapNg(pcapng) => {
                resync::search(&mut self.source, |source| pcapng.plausible(source))
            }
        };
        if !found {
            self.end(Some((kind, text)));
            return;
        }
        self.facts.unread = self.facts.unread.saturating_add(1);
        let to = self.source.offset();
        let passed = to.saturating_sub(self.place);
        let text = format!("{text}; {passed} octets passed over, read on at {to}");
        let next = Some(self.facts.frames.saturating_add(1));
        self.fault(FaultKind::Resumed, next, text);
    }

    /// Ends reading; a failure of the input is the reason for any cut.
    fn end(&mut self, fault: Option<(FaultKind, String)>) {
        self.ended = true;
        let next = Some(self.facts.frames.saturating_add(1));
        match (self.source.failure(), fault) {
            (Some(failure), None | Some((FaultKind::Cut, _))) => {
                let (kind, text) = if self.source.is_compressed() {
                    let text = format!("the compressed data is cut or damaged: {failure}");
                    (FaultKind::Cut, text)
                } else {
                    (FaultKind::ReadFailed, format!("reading failed: {failure}"))
                };
                self.fault(kind, next, text);
            }
            (_, Some((kind, text))) => self.fault(kind, next, text),
            (None, None) => {}
        }
    }

    fn fault(&mut self, kind: FaultKind, frame: Option<u64>, text: String) {
        let text = match self.facts.parts.last() {
            Some((name, _)) => format!("{name}: {text}"),
            None => text,
        };
        self.facts.report(Fault {
            offset: self.place,
            frame,
            kind,
            text,
        });
    }
}

fn saturate(nanos: i128) -> i64 {
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}
