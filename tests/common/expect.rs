//! What a trace should give, and whether a report gives it.
//!
//! ```text
//! expect ack-of-unsent by B at 8 strong    this finding, with blame as the rule has it; host, frame and proof may be left out
//! expect note capture-loss at 9            the same, and its severity is note
//! expect perhaps ack-of-unsent weak        the same, if it is there at all, and its proof no stronger
//! expect no capture-loss                   no finding of this rule, whomever it blames
//! expect tag keepalive                     a connection or the capture carries this tag
//! expect silent                            nothing else is expected
//! ```
//! In every trace, a finding that blames an endpoint and that no line expects is a failure.

use super::line::Hosts;
use tcplint::finding::{Finding, Report};
use tcplint::rules::{Blame, Proof, Severity};

/// One expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// No finding blames an endpoint, notes that other lines expect excepted.
    Silent,
    /// A tag of a connection or of the capture.
    Tag(String),
    /// A finding.
    Finding(Wanted),
    /// A finding that may be there.
    Perhaps(Wanted),
    /// No finding of the rule of this name.
    No(String),
}

/// The finding that is expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The rule's name.
    pub(crate) rule: String,
    /// Whether it must be a note.
    pub(crate) note: bool,
    /// The host that it is about.
    pub(crate) by: Option<String>,
    /// The frame.
    pub(crate) at: Option<u64>,
    /// The proof.
    pub(crate) proof: Option<Proof>,
}

impl Expectation {
    /// Reads the words after `expect`.
    pub(crate) fn parse(words: &[String]) -> Result<Self, String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["silent"] => Ok(Self::Silent),
            ["tag", name] => Ok(Self::Tag((*name).to_owned())),
            ["no", rule] => Ok(Self::No((*rule).to_owned())),
            ["perhaps", "note", rule, rest @ ..] => wanted(rule, true, rest).map(Self::Perhaps),
            ["perhaps", rule, rest @ ..] => wanted(rule, false, rest).map(Self::Perhaps),
            ["note", rule, rest @ ..] => wanted(rule, true, rest).map(Self::Finding),
            [rule, rest @ ..] => wanted(rule, false, rest).map(Self::Finding),
            [] => Err("`expect` expects nothing".to_owned()),
        }
    }
}

fn wanted(rule: &str, note: bool, words: &[&str]) -> Result<Wanted, String> {
    if !rule
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    {
        return Err(format!("`{rule}` is no name of a rule"));
    }
    let mut out = Wanted {
        rule: rule.to_owned(),
        note,
        ..Wanted::default()
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "by" => out.by = Some((*words.next().ok_or("`by` needs a host")?).to_owned()),
            "at" => {
                let frame = words.next().ok_or("`at` needs a frame number")?;
                out.at = Some(
                    frame
                        .parse()
                        .map_err(|_| format!("`{frame}` is no frame number"))?,
                );
            }
            "weak" => out.proof = Some(Proof::Weak),
            "strong" => out.proof = Some(Proof::Strong),
            "certain" => out.proof = Some(Proof::Certain),
            other => return Err(format!("`{other}` is no part of an expectation")),
        }
    }
    Ok(out)
}

impl Wanted {
    /// Whether the finding is this one; `proof` compares the wanted proof with its own.
    fn is_met_by(&self, finding: &Finding, hosts: &Hosts, proof: fn(Proof, Proof) -> bool) -> bool {
        finding.rule.name == self.rule
            && (!self.note || finding.severity == Severity::Note)
            && self
                .by
                .as_ref()
                .is_none_or(|host| finding.endpoint == hosts.get(host).copied())
            && self.at.is_none_or(|frame| finding.frame == Some(frame))
            && self.proof.is_none_or(|wanted| proof(finding.proof, wanted))
    }
}

/// What the report lacks and what it has too much, for people; empty if it is as expected.
pub(crate) fn complaints(
    expectations: &[Expectation],
    hosts: &Hosts,
    report: &Report,
) -> Vec<String> {
    let mut out = Vec::new();
    let mut met = vec![false; report.findings.len()];
    for expectation in expectations {
        match expectation {
            Expectation::Silent => {}
            Expectation::Tag(tag) if is_tagged(report, tag) => {}
            Expectation::Tag(tag) => out.push(format!("nothing is tagged `{tag}`")),
            Expectation::No(rule)
                if report
                    .findings
                    .iter()
                    .any(|finding| finding.rule.name == rule) =>
            {
                out.push(format!("`{rule}` is found"));
            }
            Expectation::No(_) => {}
            Expectation::Finding(wanted) => {
                if !claim(&mut met, report, |finding| {
                    wanted.is_met_by(finding, hosts, |a, b| a == b)
                }) {
                    out.push(format!("no finding is {wanted:?}"));
                }
            }
            Expectation::Perhaps(wanted) => {
                claim(&mut met, report, |finding| {
                    wanted.is_met_by(finding, hosts, |a, b| a <= b)
                });
            }
        }
    }
    let unexpected = report
        .findings
        .iter()
        .zip(&met)
        .filter(|(finding, met)| !**met && finding.blame == Blame::Endpoint);
    out.extend(unexpected.map(|(finding, _)| format!("nobody expects: {}", describe(finding))));
    if !out.is_empty() {
        out.extend(
            report
                .findings
                .iter()
                .map(|finding| format!("    the report has: {}", describe(finding))),
        );
    }
    out
}

/// Takes the first finding that `fits` and that no other line has taken.
fn claim(met: &mut [bool], report: &Report, fits: impl Fn(&Finding) -> bool) -> bool {
    let hit = report
        .findings
        .iter()
        .zip(&*met)
        .position(|(finding, met)| !met && fits(finding));
    hit.is_some_and(|at| {
        met[at] = true;
        true
    })
}

fn is_tagged(report: &Report, tag: &str) -> bool {
    let flows = report.flows.iter().map(|flow| &flow.tags);
    flows
        .chain(report.captures.iter().map(|capture| &capture.tags))
        .any(|tags| tags.contains(tag))
}

fn describe(finding: &Finding) -> String {
    format!(
        "{} at {:?} by {:?}, {:?}, {:?}, {:?}: {}",
        finding.rule.name,
        finding.frame,
        finding.endpoint,
        finding.blame,
        finding.proof,
        finding.severity,
        finding.message
    )
}
