//! `docs/conformance.md`: each requirement, the rules that check it, and what a capture cannot show of it. Derived; a test regenerates it.

use crate::rules::{Requirement, Rule};
use std::fmt::Write;

/// The parts of the document, by the beginning of the number.
const PARTS: &[(&str, &[&str])] = &[
    ("RFC 9293: MUST", &["MUST-"]),
    ("RFC 9293: SHOULD", &["SHLD-"]),
    ("RFC 9293: MAY", &["MAY-", "REC-"]),
    ("RFC 9293: without a number", &["U-"]),
    ("Window scale and timestamps", &["WS-", "TS-"]),
    ("Selective acknowledgment", &["SK-"]),
    ("RST, SYN and TIME-WAIT", &["RB-", "TW-"]),
    ("Explicit congestion notification", &["EC-"]),
    ("Congestion control and timers", &["CC-"]),
    ("Fast Open", &["TF-"]),
    ("Other options, ports", &["MP-", "AO-", "UT-", "PT-"]),
];

/// All of `docs/conformance.md`.
pub fn conformance_document(rules: &[&'static Rule]) -> String {
    let all: Vec<Requirement> = Requirement::all().collect();
    let checked = |of: &[Requirement]| {
        let checked = of.iter().filter(|one| one.rules(rules).next().is_some());
        (of.len(), checked.count())
    };
    let is_numbered = |one: &&Requirement| {
        ["MUST-", "SHLD-", "MAY-", "REC-"]
            .iter()
            .any(|kind| one.id.starts_with(kind))
    };
    let numbered: Vec<Requirement> = all.iter().filter(is_numbered).copied().collect();
    let provable: Vec<Requirement> = all.iter().filter(|one| one.class != "-").copied().collect();
    let ((count, shown), (total, total_shown)) = (checked(&numbered), checked(&all));
    let (can, does) = checked(&provable);
    let mut document = format!(
        "# Conformance\n\nDerived from the registry and from `src/rules/requirements.txt`; edit those instead.\n\n\
        Each of the {count} numbered requirements of RFC 9293 (Appendix B) and each of {} wire rules without a number, there and in its \
        companions: the rules that check it or tell of it, and what a capture cannot show of it. {shown} of the numbered ones and {total_shown} of all {total} \
        have rules; so have {does} of the {can} whose breach the record can show, by itself (class H) or with \
        evidence that something was received (class E). The others say why not. Rules set in *italics* are notes: they tell, and accuse nobody.\n",
        total - count
    );
    for (title, kinds) in PARTS {
        let of = |one: &&Requirement| kinds.iter().any(|kind| one.id.starts_with(kind));
        let _infallible = write!(
            document,
            "\n## {title}\n\n| number | class | RFC, section | what it says | rules | what a capture cannot show |\n|---|---|---|---|---|---|\n"
        );
        for one in all.iter().filter(of) {
            let rules: Vec<String> = one.rules(rules).map(named).collect();
            let _infallible = writeln!(
                document,
                "| {} | {} | {} | {} | {} | {} |",
                one.id,
                one.class,
                one.place,
                one.says,
                rules.join(", "),
                one.open
            );
        }
    }
    document
}

fn named(rule: &'static Rule) -> String {
    match rule.level {
        crate::rules::Level::Note => format!("*{}*", rule.name),
        _ => rule.name.to_owned(),
    }
}
