//! The baseline: how many findings of which shape are known. Written for people to read in a diff, matched by machines.

use crate::finding::{Accepted, AcceptedBy, Report};
use crate::report::{escape, service, shape};
use crate::rules::Severity;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The version of the file. Another one is refused, not guessed at.
const SCHEMA: u64 = 1;

/// What is known.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cli) struct Baseline {
    schema: u64,
    findings: Vec<Known>,
}

/// How many findings of one shape. All but shape and count is for the reader.
#[derive(Debug, Serialize, Deserialize)]
struct Known {
    shape: String,
    count: u64,
    code: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    example: String,
}

/// The least severity that a baseline is about: a note fails nobody, unless notes are asked to.
pub(in crate::cli) fn least(threshold: Option<Severity>) -> Severity {
    threshold.map_or(Severity::Warning, |threshold| {
        threshold.min(Severity::Warning)
    })
}

impl Baseline {
    /// What a report finds, at or above a severity.
    pub(in crate::cli) fn of(report: &Report, least: Severity) -> Self {
        let mut known: BTreeMap<(&str, String), Known> = BTreeMap::new();
        for finding in report.findings.iter().filter(|it| it.severity >= least) {
            let shape = shape(report, finding);
            let entry = known
                .entry((finding.rule.code, shape.clone()))
                .or_insert_with(|| Known {
                    shape,
                    count: 0,
                    code: finding.rule.code.to_owned(),
                    name: finding.rule.name.to_owned(),
                    role: finding.role.map(|role| format!("{role:?}").to_lowercase()),
                    port: service(report, finding),
                    example: escape(&finding.message).into_owned(),
                });
            entry.count += 1;
        }
        Self {
            schema: SCHEMA,
            findings: known.into_values().collect(),
        }
    }

    pub(in crate::cli) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = || path.display().to_string();
        let text = fs::read_to_string(path).with_context(name)?;
        let value: serde_json::Value = serde_json::from_str(&text).with_context(name)?;
        match value.get("schema").and_then(serde_json::Value::as_u64) {
            Some(SCHEMA) => {}
            Some(other) => bail!(
                "{}: a baseline of schema {other}; this version reads schema {SCHEMA}: write it anew with --write-baseline",
                name()
            ),
            None => bail!("{}: not a baseline: no schema in it", name()),
        }
        serde_json::from_value(value).with_context(name)
    }

    pub(in crate::cli) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let name = || path.display().to_string();
        let mut text = serde_json::to_string_pretty(self).with_context(name)?;
        text.push('\n');
        fs::write(path, text).with_context(name)
    }

    /// How many findings it knows.
    pub(in crate::cli) fn len(&self) -> u64 {
        self.findings.iter().map(|known| known.count).sum()
    }

    /// Takes what is known out of the report's findings, the first ones first, and leaves in the baseline what was found.
    /// Returns how many it knew that were not.
    pub(in crate::cli) fn apply(&mut self, report: &mut Report) -> u64 {
        let known = self.len();
        let mut left: BTreeMap<String, u64> = BTreeMap::new();
        for known in &self.findings {
            *left.entry(known.shape.clone()).or_default() += known.count;
        }
        for finding in std::mem::take(&mut report.findings) {
            match left.get_mut(&shape(report, &finding)) {
                Some(n) if *n > 0 => {
                    *n -= 1;
                    report.accepted.push(Accepted {
                        finding,
                        by: AcceptedBy::Baseline,
                        reason: "known when the baseline was written".to_owned(),
                    });
                }
                _ => report.findings.push(finding),
            }
        }
        for known in &mut self.findings {
            let unseen = left.get_mut(&known.shape).map_or(0, std::mem::take);
            known.count = known.count.saturating_sub(unseen);
        }
        self.findings.retain(|known| known.count > 0);
        known.saturating_sub(self.len())
    }
}
