//! The parts of the documents that follow from the registry: the README's table of families and `docs/rules.md`. A test regenerates both.

pub use super::conformance::conformance_document;
use super::rules::{cites, since};
use super::text;
use crate::rules::{Blame, Rule};
use std::fmt::Write;

/// Opens the derived block of the README.
pub const BEGIN: &str = "<!-- rules:begin -->";

/// Closes it.
pub const END: &str = "<!-- rules:end -->";

/// The families of rules as a Markdown table: how many accuse an endpoint, how many only tell, and the first of each.
pub fn family_table(rules: &[&Rule]) -> String {
    let mut table = String::from(
        "| family | codes | accuse an endpoint | tell | for example |\n|---|---|---|---|---|\n",
    );
    let mut families: Vec<&str> = rules.iter().map(|rule| rule.family()).collect();
    families.dedup();
    for family in families {
        let all: Vec<_> = rules
            .iter()
            .filter(|rule| rule.family() == family)
            .collect();
        let accusing: Vec<_> = all
            .iter()
            .filter(|rule| rule.blame == Blame::Endpoint)
            .collect();
        let examples: Vec<_> = match accusing.is_empty() {
            true => all.iter().take(3).map(|rule| link(rule)).collect(),
            false => accusing.iter().take(3).map(|rule| link(rule)).collect(),
        };
        let hundred = all.first().and_then(|rule| rule.code.get(..4));
        let _infallible = writeln!(
            table,
            "| {family} | {}xx | {} | {} | {} |",
            hundred.unwrap_or_default(),
            accusing.len(),
            all.len() - accusing.len(),
            examples.join(", ")
        );
    }
    table
}

/// A rule's name, leading to its section of `docs/rules.md`.
fn link(rule: &Rule) -> String {
    let anchor = rule.code.to_lowercase();
    format!("[`{}`](docs/rules.md#{anchor}-{})", rule.name, rule.name)
}

/// All rules as a Markdown table.
pub fn rule_table(rules: &[&Rule]) -> String {
    let mut table =
        String::from("| code | name | blames | level | what it says |\n|---|---|---|---|---|\n");
    for rule in rules {
        let (blame, level) = (text::blame(rule.blame), text::level(rule.level));
        let _infallible = writeln!(
            table,
            "| {} | `{}` | {blame} | {level} | {} |",
            rule.code,
            rule.name,
            cell(rule.summary)
        );
    }
    table
}

/// All of `docs/rules.md`: the table, then each rule with its page, by family.
pub fn rules_document(rules: &[&Rule]) -> String {
    let mut document = format!(
        "# Rules\n\nDerived from the registry; edit the pages beside the rules instead.\n\n{}",
        rule_table(rules)
    );
    let mut family = "";
    for rule in rules {
        if rule.family() != family {
            family = rule.family();
            let _infallible = write!(document, "\n## {}\n", capitalized(family));
        }
        document.push_str(&section(rule));
    }
    document
}

/// `text` with what stands between the two markers replaced; `None` where the markers are not there in order.
pub fn with_block(text: &str, body: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!(
        "{before}{BEGIN}\n{}\n{END}{after}",
        body.trim_end()
    ))
}

fn section(rule: &Rule) -> String {
    let mut facts = vec![
        format!("blames {}", text::blame(rule.blame)),
        text::level(rule.level).to_owned(),
        format!("since {}", since(rule)),
    ];
    facts.extend(cites(rule));
    facts.extend(rule.requirements.iter().map(ToString::to_string));
    let mut section = format!(
        "\n### {} {}\n\n{}.\n\n*{}*\n",
        rule.code,
        rule.name,
        capitalized(rule.summary),
        facts.join(" · ")
    );
    let names: Vec<_> = rule
        .also_known_as
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let _infallible = match names.is_empty() {
        true => write!(section, "\nNo other tool has a name for it.\n"),
        false => write!(section, "\nAlso known as {}.\n", names.join(", ")),
    };
    let page = lowered(rule.page);
    if !page.is_empty() {
        let _infallible = write!(section, "\n{page}\n");
    }
    section
}

/// The page without its title, its headings moved below the rule's; fenced traces stay as they are.
fn lowered(page: &str) -> String {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let heading = !fenced && line.starts_with('#');
        match (heading, line.strip_prefix("# ")) {
            (true, Some(_)) => {}
            (true, None) => lines.push(format!("##{line}")),
            (false, _) => lines.push(line.to_owned()),
        }
    }
    lines.join("\n").trim().to_owned()
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_replaced_between_its_markers() {
        let text = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        assert_eq!(
            with_block(&text, "new\n"),
            Some(format!("a\n{BEGIN}\nnew\n{END}\nb\n"))
        );
        assert_eq!(with_block("no markers", "new"), None);
    }

    #[test]
    fn headings_sink_and_traces_stay() {
        let page = "# Title\n\n## What it checks\n\n```\n# a comment\n```\n";
        assert_eq!(
            lowered(page),
            "#### What it checks\n\n```\n# a comment\n```"
        );
    }
}
