//! Draws what an analysis says, and decides nothing: one short file per format, one registry of rules behind the documents.

mod conformance;
pub mod docs;
mod findings;
mod fingerprint;
mod flows;
mod health;
mod ndjson;
mod profiles;
mod records;
mod rules;
mod summary;
mod table;
mod text;
mod timeline;

pub use findings::FindingTable;
pub use flows::FlowTable;
pub use ndjson::{FindingRecords, FlowRecords};
pub use profiles::profiles_document;
pub use records::SCHEMA;
pub use rules::{closest, explain, rules_json, rules_table};
pub use summary::{Counts, Summary};
pub use text::escape;
pub use timeline::{TimelineRecords, TimelineTable};

use crate::finding::Report;
use std::io::{self, Write};

/// A way to write a report. Styled output carries ANSI sequences; the writer underneath strips them where they are unwelcome.
pub trait Format {
    /// Writes all of `report`.
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()>;
}
