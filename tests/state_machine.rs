//! The state diagram as people read it, derived from the table: the matrix as a snapshot, the figure in `docs/`.
//!
//! `UPDATE_DERIVED=1 cargo test --test state_machine` rewrites the page after a change of the table.

#![allow(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use tcplint::tcp::{Arrow, Event, FIGURE_5, NOTES, State};

const PAGE: &str = "docs/state-machine.md";

const INTRODUCTION: &str = "\
# The state machine

This page is derived from the two tables in `src/tcp/diagram.rs`; a test fails when it differs from them, and
`UPDATE_DERIVED=1 cargo test --test state_machine` writes it again.

## Figure 5

RFC 9293 section 3.3.2, Figure 5: event / action, where `x` is no action.
";

const NOTES_INTRODUCTION: &str = "\
## Its notes

What the notes under the figure add. Note 1 is also the condition of the arrow from SYN-RECEIVED to LISTEN: only after
a passive OPEN. Note 3 lets the sender of a RST stay in TIME-WAIT, where section 3.10.5 says CLOSED.
";

const ENDINGS_INTRODUCTION: &str = "\
## What ends an incarnation

Every other arrow moves both halves of a state (what was sent and acknowledged, what was received) up or leaves them
where they are. That is why a replay can keep a lower and an upper bound per half.
";

#[test]
fn matrix_of_states_and_events() {
    insta::assert_snapshot!(matrix());
}

#[test]
fn page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = page();
    if std::env::var_os("UPDATE_DERIVED").is_some_and(|value| value == "1") {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed.replace("\r\n", "\n") == page,
        "{PAGE} differs from the table: UPDATE_DERIVED=1 cargo test --test state_machine"
    );
}

fn matrix() -> String {
    let mut text = format!("{:26}", "");
    for state in State::ALL {
        write!(text, "{state:13}").unwrap();
    }
    for event in Event::ALL {
        write!(text, "\n{event:26}").unwrap();
        for state in State::ALL {
            let after = state.after(event).map_or("-", State::name);
            write!(text, "{after:13}").unwrap();
        }
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

fn page() -> String {
    let mut page = format!("{INTRODUCTION}\n{}\n{NOTES_INTRODUCTION}\n", mermaid());
    page += "| note | from | event | action | to |\n| --- | --- | --- | --- | --- |\n";
    for noted in &NOTES {
        let Arrow {
            from,
            event,
            action,
            to,
            ..
        } = noted.arrow;
        writeln!(
            page,
            "| {} | {from} | {event} | {action} | {to} |",
            noted.note
        )
        .unwrap();
    }
    write!(page, "\n{ENDINGS_INTRODUCTION}\n").unwrap();
    for Arrow {
        from, event, to, ..
    } in FIGURE_5.iter().filter(|arrow| arrow.ends_incarnation)
    {
        writeln!(page, "- {from} → {to} ({event})").unwrap();
    }
    page += "- every RST and every ABORT of the notes\n";
    page
}

/// The figure with one line per pair of states, because Mermaid draws two arrows between the same states on top of
/// each other.
fn mermaid() -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n");
    for state in State::ALL {
        writeln!(text, "    state \"{state}\" as {state:?}").unwrap();
    }
    let mut labels: BTreeMap<(State, State), Vec<String>> = BTreeMap::new();
    for arrow in &FIGURE_5 {
        let label = match arrow.action {
            "" => format!("{} (note 1)", arrow.event),
            action => format!("{} / {action}", arrow.event),
        };
        labels
            .entry((arrow.from, arrow.to))
            .or_default()
            .push(label);
    }
    text += "    [*] --> Closed\n";
    for ((from, to), labels) in labels {
        writeln!(text, "    {from:?} --> {to:?} : {}", labels.join("; ")).unwrap();
    }
    text + "```\n"
}
