//! The registry for people and machines: one rule explained, all rules listed. Knows no rule by name.

use super::table::{BOLD, grid, list, styled};
use super::text;
use crate::rules::{Blame, Level, Rule, Status};

/// The header of a rule and its page.
pub fn explain(rule: &Rule, width: u16) -> String {
    let title = styled(BOLD, &format!("{} {}", rule.code, rule.name));
    let mut lines = vec![
        ("  family", rule.family().to_owned()),
        ("  blames", text::blame(rule.blame).to_owned()),
        ("  level", text::level(rule.level).to_owned()),
        ("  since", since(rule).to_owned()),
        ("  cites", cites(rule).join(", ")),
        ("  requirements", rule.requirements.join(", ")),
        ("  also known as", known_as(rule)),
    ];
    lines.retain(|(_, text)| !text.is_empty());
    format!(
        "{title}: {}\n{}\n{}\n",
        rule.summary,
        list(&lines, width),
        rule.page.trim()
    )
}

/// The names that other tools have for what comes nearest.
fn known_as(rule: &Rule) -> String {
    match rule.also_known_as {
        [] => "(no other tool has a name for it)".to_owned(),
        names => names.join(", "),
    }
}

/// All rules, one row each.
pub fn rules_table(rules: &[&Rule], width: u16) -> String {
    if rules.is_empty() {
        return "no rules\n".to_owned();
    }
    let columns = [
        ("code", 8),
        ("name", 30),
        ("blames", 12),
        ("level", 8),
        ("what it says", u16::MAX),
    ];
    let rows = rules.iter().map(|rule| {
        vec![
            rule.code.to_owned(),
            rule.name.to_owned(),
            text::blame(rule.blame).to_owned(),
            text::level(rule.level).to_owned(),
            rule.summary.to_owned(),
        ]
    });
    grid(&columns, rows, width)
}

/// All rules as a JSON array.
pub fn rules_json(rules: &[&Rule]) -> serde_json::Result<String> {
    let records: Vec<_> = rules.iter().map(|rule| Record::from(*rule)).collect();
    serde_json::to_string_pretty(&records)
}

#[derive(serde::Serialize)]
struct Record {
    code: &'static str,
    name: &'static str,
    summary: &'static str,
    family: &'static str,
    blame: Blame,
    level: Level,
    since: &'static str,
    cites: Vec<String>,
    requirements: &'static [&'static str],
    also_known_as: &'static [&'static str],
}

impl From<&Rule> for Record {
    fn from(rule: &Rule) -> Self {
        Self {
            code: rule.code,
            name: rule.name,
            summary: rule.summary,
            family: rule.family(),
            blame: rule.blame,
            level: rule.level,
            since: since(rule),
            cites: cites(rule),
            requirements: rule.requirements,
            also_known_as: rule.also_known_as,
        }
    }
}

/// The rule that somebody who typed `word` may have meant: by another tool's name for it, or by the fewest edits, up to a third of the word.
pub fn closest<'a>(rules: &[&'a Rule], word: &str) -> Option<&'a Rule> {
    let word: String = word.chars().take(64).collect::<String>().to_lowercase();
    let alias = |rule: &&&Rule| {
        rule.also_known_as
            .iter()
            .any(|alias| alias.to_lowercase() == word)
    };
    if let Some(rule) = rules.iter().find(alias) {
        return Some(rule);
    }
    let edits =
        |rule: &Rule| distance(&rule.code.to_lowercase(), &word).min(distance(rule.name, &word));
    let (edits, rule) = rules
        .iter()
        .map(|rule| (edits(rule), *rule))
        .min_by_key(|(edits, _)| *edits)?;
    (edits <= word.chars().count() / 3).then_some(rule)
}

/// Insertions, deletions and substitutions that lead from `from` to `to`, row by row of the usual table.
pub fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, b) in cells.zip(to.chars()) {
            let best = (diagonal + usize::from(a != b))
                .min(left + 1)
                .min(*cell + 1);
            diagonal = std::mem::replace(cell, best);
            left = best;
        }
    }
    row.last().copied().unwrap_or(0)
}

pub(super) fn cites(rule: &Rule) -> Vec<String> {
    rule.cites.iter().map(ToString::to_string).collect()
}

pub(super) const fn since(rule: &Rule) -> &'static str {
    match rule.status {
        Status::Stable { since } => since,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("tcp201", "tcp201"), 0);
    }
}
