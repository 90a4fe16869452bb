//! Draws what an analysis says, and decides nothing: one short file per format, one registry of rules behind the documents.

mod conformance;
mod csv;
pub mod docs;
mod findings;
mod fingerprint;
mod flows;
mod github;
mod gitlab;
mod health;
mod json;
mod junit;
mod ladder;
mod markdown;
mod ndjson;
mod profiles;
mod record_flow;
mod records;
mod rules;
mod sarif;
mod statistics;
mod summary;
mod table;
mod text;
mod timeline;

pub use csv::{FindingCsv, FlowCsv};
pub use findings::FindingTable;
pub use fingerprint::{Prints, service, shape};
pub use flows::FlowTable;
pub use github::Annotations;
pub use gitlab::CodeQuality;
pub use json::{FindingDocument, FlowDocument, TimelineDocument};
pub use junit::Junit;
pub use markdown::{FindingMarkdown, FlowMarkdown};
pub use ndjson::{FindingRecords, FlowRecords, TimelineRecords};
pub use profiles::profiles_document;
pub use records::SCHEMA;
pub use rules::{closest, distance, explain, rules_json, rules_table};
pub use sarif::Sarif;
pub use statistics::Statistics;
pub use summary::{Counts, Summary};
pub(crate) use text::count;
pub use text::escape;
pub use timeline::TimelineTable;

use crate::finding::Report;
use std::io::{self, Write};

/// A way to write a report. Styled output carries ANSI sequences; the writer underneath strips them where they are unwelcome.
pub trait Format {
    /// Whether [`crate::analysis::look_closer`] gives it more to say: steps around findings, places in the file.
    fn looks_closer(&self) -> bool {
        false
    }

    /// Writes all of `report`.
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()>;
}
