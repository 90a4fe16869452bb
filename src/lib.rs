//! Tells who broke TCP: replays both endpoints of every captured connection through the state machine of RFC 9293.
//!
//! # The pipeline
//!
//! ```text
//! capture ──frames──▶ wire ──segments──▶ flow ──connections──▶ replay ──▶ findings ──▶ report
//! ```
//!
//! [`capture`] reads files, [`wire`] decodes frames, [`flow`] sorts segments into connections and their incarnations.
//! [`replay`] keeps, for both endpoints, bounds on what was delivered to them, asks the guards of [`rules`] about every
//! segment, and decides blame and proof when the record has ended. [`tcp`] is the reference machine; it knows nothing of
//! captures. [`analysis`] is all of this in one function, and [`report`] draws its result.
//!
//! # What a verdict means
//!
//! A capture shows what passed one place, not what an endpoint had received when it sent a segment. A finding with
//! [`rules::Blame::Endpoint`] says that *no* delivery of the recorded segments explains what that endpoint sent.
//! [`rules::Proof`] says what that rests on: recorded segments that contradict each other (`Certain`), or that
//! nothing recorded permits the segment, while nothing (`Strong`) or something (`Weak`) hints that the capture missed
//! segments. [`finding::Finding::alibi`] names the segment that would acquit. An empty list of findings means that
//! nothing of what was recorded convicts anybody, not that nothing was wrong.
//!
//! # As a library
//!
//! [`analysis::analyze`] takes anything that can be read, [`analysis::analyze_frames`] packets from an iterator,
//! [`analysis::analyze_files`] paths; all give a [`finding::Report`], whose findings are values. [`report`] has the formats of the
//! command. `examples/check_in_a_test.rs` checks a capture inside a Rust test.
//!
//! What follows semantic versioning: the items of [`analysis`], [`finding`], [`error`], [`filter`], [`time`] and [`report`], the codes and names in
//! [`rules::RULES`] (a code is never reused), the records that [`report::SCHEMA`] numbers, and the command line. A new rule, and a verdict
//! that was wrong and is corrected, come with a minor version; so may new fields and variants before 1.0. [`capture`], [`wire`], [`flow`],
//! [`tcp`] and [`replay`] are open for reading and may change with every minor version.
//!
//! # Example
//!
//! Five segments of one connection. The third, the client's, acknowledges 70 000 octets that the server never sent; with the
//! fifth the client takes that back.
//!
//! ```
//! use tcplint::analysis::{Settings, analyze_bytes};
//! use tcplint::rules::{Blame, Proof};
//!
//! # fn segment(from_client: bool, flags: u8, seq: u32, ack: u32, text: &[u8]) -> Vec<u8> {
//! #     let (client, server) = ([10, 0, 0, 1], [10, 0, 0, 2]);
//! #     let (source, destination) = if from_client { (client, server) } else { (server, client) };
//! #     let ports: [u8; 4] = if from_client { [0x9c, 0x40, 0, 80] } else { [0, 80, 0x9c, 0x40] };
//! #     let length = u16::try_from(40 + text.len()).unwrap();
//! #     let mut packet = vec![0x45, 0];
//! #     packet.extend(length.to_be_bytes());
//! #     packet.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
//! #     packet.extend(source);
//! #     packet.extend(destination);
//! #     packet.extend(ports);
//! #     packet.extend(seq.to_be_bytes());
//! #     packet.extend(ack.to_be_bytes());
//! #     packet.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
//! #     packet.extend(text);
//! #     packet
//! # }
//! # fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
//! #     let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0];
//! #     for (at, packet) in packets.iter().enumerate() {
//! #         let length = u32::try_from(packet.len()).unwrap();
//! #         for word in [1_700_000_000, u32::try_from(at).unwrap() * 10_000, length, length] {
//! #             file.extend(word.to_le_bytes());
//! #         }
//! #         file.extend(packet);
//! #     }
//! #     file
//! # }
//! const SYN: u8 = 0x02;
//! const ACK: u8 = 0x10;
//! let capture: Vec<u8> = pcap(&[
//!     segment(true, SYN, 1_000, 0, b""),
//!     segment(false, SYN | ACK, 5_000, 1_001, b""),
//!     segment(true, ACK, 1_001, 75_001, b""),
//!     segment(false, ACK, 5_001, 1_001, b""),
//!     segment(true, ACK, 1_001, 5_001, b"hello"),
//! ]);
//!
//! let report = analyze_bytes("example.pcap", &capture, &Settings::default())?;
//! let [finding] = &report.findings[..] else { panic!("{report:?}") };
//! assert_eq!(finding.rule.name, "handshake-ack-wrong");
//! assert_eq!(finding.frame, Some(3));
//! assert_eq!(finding.endpoint, Some("10.0.0.1:40000".parse().unwrap()));
//! assert_eq!((finding.blame, finding.proof), (Blame::Endpoint, Proof::Strong));
//! # Ok::<(), tcplint::error::Error>(())
//! ```

pub mod analysis;
pub mod capture;
pub mod cli;
pub mod error;
pub mod filter;
pub mod finding;
pub mod flow;
pub mod replay;
pub mod report;
pub mod rules;
pub mod tcp;
pub mod time;
pub mod wire;
