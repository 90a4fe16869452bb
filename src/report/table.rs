//! Tables for people: the one door to comfy-table. Knows widths and lines, not findings.

use crate::rules::Severity;
use anstyle::{AnsiColor, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

/// The narrowest terminal that is drawn for; below, lines run over.
pub(super) const NARROWEST: u16 = 40;

/// Blank columns left and right of a cell's text, which comfy-table counts as width.
const PADDING: u16 = 2;

pub(super) const BOLD: Style = Style::new().bold();

/// A ruled table that fits `width`. Each column has a title and the most columns of text that it may take.
pub(super) fn grid(
    columns: &[(&str, u16)],
    rows: impl Iterator<Item = Vec<String>>,
    width: u16,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL.with_solid_inner_borders())
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.max(NARROWEST))
        .set_header(columns.iter().map(|(title, _)| *title))
        .set_constraints(columns.iter().map(|(_, most)| {
            ColumnConstraint::UpperBoundary(Width::Fixed(most.saturating_add(PADDING)))
        }));
    table.add_rows(rows);
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(&painted(&line));
        text.push('\n');
    }
    text
}

/// Labels and the text beside them, wrapped in its own column, without rules.
pub(super) fn list(lines: &[(&str, String)], width: u16) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.max(NARROWEST));
    table.add_rows(lines.iter().map(|(label, text)| [*label, text.as_str()]));
    if let Some(labels) = table.column_mut(0) {
        labels
            .set_constraint(ColumnConstraint::ContentWidth)
            .set_padding((0, 1));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Columns without rules or titles, each as wide as it needs if they all fit.
pub(super) fn columns(rows: Vec<Vec<String>>, width: u16) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.max(NARROWEST));
    table.add_rows(rows);
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One word or line in a style.
pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

pub(super) const fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Note => AnsiColor::Cyan.on_default(),
    }
}

/// The line with a severity at its start painted. comfy-table would count the ANSI sequences as columns, so they go in after the layout.
fn painted(line: &str) -> String {
    let bar = "│ ";
    let words = [
        ("error", Severity::Error),
        ("warning", Severity::Warning),
        ("note", Severity::Note),
    ];
    let Some(cell) = line.strip_prefix(bar) else {
        return line.to_owned();
    };
    for (word, severity) in words {
        if let Some(rest) = cell.strip_prefix(word).filter(|rest| rest.starts_with(' ')) {
            return format!("{bar}{}{rest}", styled(style(severity), word));
        }
    }
    line.to_owned()
}
