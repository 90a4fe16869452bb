//! A rule's page is its test: every page has its sections, and every trace in it gives what it says.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, too"
)]

mod common;

use common::expect::{Expectation, Wanted, complaints};
use common::page::{self, Kind, Page};
use tcplint::analysis::{Settings, analyze_bytes};
use tcplint::finding::Report;
use tcplint::rules::RULES;

const SECTIONS: [&str; 6] = [
    "What it checks",
    "Why it is a violation",
    "Violates",
    "Looks alike",
    "When it cannot be decided",
    "Cites",
];

/// Traces that the pipeline does not judge as their page says, yet: rule, kind, which of that kind on its page, and what is known of the
/// cause. One that is judged right must leave this list.
const OPEN: &[(&str, Kind, usize, &str)] = &[];

/// The whole pipeline on one compiled trace.
fn run(name: &str, octets: &[u8]) -> Report {
    let settings = Settings {
        notes: true,
        ..Settings::default()
    };
    analyze_bytes(name, octets, &settings).expect("a trace is a capture file")
}

#[test]
fn every_page_has_its_sections_in_order() {
    for page in page::all() {
        let headings: Vec<_> = page
            .sections
            .iter()
            .map(|section| section.heading.as_str())
            .collect();
        let mut wanted = SECTIONS;
        // A note accuses nobody.
        if headings.get(1) == Some(&"Why it matters") {
            wanted[1] = "Why it matters";
        }
        assert_eq!(headings, wanted, "{}", page.path);
        for section in &page.sections {
            assert!(
                !section.prose.trim().is_empty(),
                "{}: `{}` says nothing",
                page.path,
                section.heading
            );
        }
    }
}

#[test]
fn every_title_is_the_code_and_the_name_of_the_file() {
    for page in page::all() {
        let file = page
            .path
            .rsplit('/')
            .next()
            .and_then(|file| file.strip_suffix(".md"))
            .unwrap();
        let [code, name] = page.title.as_slice() else {
            panic!("{}: the title is `# CODE name`", page.path)
        };
        assert_eq!(*name, file.replace('_', "-"), "{}", page.path);
        assert!(
            code.starts_with("TCP") && code.len() == 6,
            "{}: `{code}`",
            page.path
        );
    }
}

#[test]
fn every_page_has_traces_of_both_kinds_in_their_places() {
    for page in page::all() {
        for section in &page.sections {
            let place = match section.heading.as_str() {
                "Violates" => Some(Kind::Violates),
                "Looks alike" => Some(Kind::Alike),
                _ => None,
            };
            assert_eq!(
                place.is_some(),
                !section.traces.is_empty(),
                "{}: `{}`",
                page.path,
                section.heading
            );
            for (kind, trace) in &section.traces {
                assert_eq!(Some(*kind), place, "{}", trace.place);
            }
        }
        says_what_it_expects(&page);
    }
}

fn says_what_it_expects(page: &Page) {
    let name = page.title.get(1).unwrap();
    for trace in page.traces(Kind::Violates) {
        assert!(
            trace.expects(name),
            "{}: a trace that violates expects `{name}`",
            trace.place
        );
    }
    for trace in page.traces(Kind::Alike) {
        assert!(
            !trace.expectations.is_empty(),
            "{}: a trace says what it expects",
            trace.place
        );
    }
    for trace in page.traces(Kind::Violates).chain(page.traces(Kind::Alike)) {
        for expectation in &trace.expectations {
            let (Expectation::Finding(wanted) | Expectation::Perhaps(wanted)) = expectation else {
                continue;
            };
            assert!(
                wanted.at.is_none_or(|at| (1..=trace.frames).contains(&at)),
                "{}: {wanted:?}",
                trace.place
            );
            assert!(
                wanted
                    .by
                    .as_ref()
                    .is_none_or(|by| trace.hosts.contains_key(by)),
                "{}: {wanted:?}",
                trace.place
            );
        }
    }
}

#[test]
fn every_trace_expects_rules_that_have_pages() {
    let pages = page::all();
    let known = |rule: &str| {
        pages
            .iter()
            .any(|page| page.title.get(1).is_some_and(|name| name == rule))
    };
    for page in &pages {
        for trace in page.traces(Kind::Violates).chain(page.traces(Kind::Alike)) {
            for expectation in &trace.expectations {
                let (Expectation::Finding(Wanted { rule, .. })
                | Expectation::Perhaps(Wanted { rule, .. })
                | Expectation::No(rule)) = expectation
                else {
                    continue;
                };
                assert!(known(rule), "{}: no page is called `{rule}`", trace.place);
            }
        }
    }
}

#[test]
fn every_rule_has_its_page() {
    let pages = page::all();
    for rule in RULES {
        let page = pages
            .iter()
            .find(|page| page.title == [rule.code, rule.name]);
        let page =
            page.unwrap_or_else(|| panic!("no page is called `{} {}`", rule.code, rule.name));
        let parsed = page::parse(&page.path, rule.page);
        assert_eq!(
            parsed.title, page.title,
            "{}: the rule includes another page",
            rule.code
        );
    }
}

/// For people: `cargo test --test pages -- --ignored writes` and open the files in Wireshark.
#[test]
#[ignore = "writes files"]
fn writes_the_traces_as_capture_files() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    for page in page::all() {
        for trace in page.traces(Kind::Violates).chain(page.traces(Kind::Alike)) {
            let name = trace.place.rsplit('/').next().unwrap().replace(".md:", "-");
            std::fs::write(folder.join(name).with_extension("pcap"), &trace.octets).unwrap();
        }
    }
    println!("{}", folder.display());
}

#[test]
fn every_trace_gives_what_its_page_says() {
    let mut failures = Vec::new();
    for rule in RULES {
        let page = page::parse(rule.name, rule.page);
        for kind in [Kind::Violates, Kind::Alike] {
            for (nth, trace) in page.traces(kind).enumerate() {
                let report = run(&trace.place, &trace.octets);
                let found = complaints(&trace.expectations, &trace.hosts, &report);
                let open = OPEN
                    .iter()
                    .find(|(name, of, at, _)| (*name, *of, *at) == (rule.name, kind, nth));
                match open {
                    Some((.., cause)) if found.is_empty() => {
                        failures.push(format!("{}\n  is no longer open: {cause}", trace.place));
                    }
                    None if !found.is_empty() => {
                        failures.push(format!("{}\n  {}", trace.place, found.join("\n  ")))
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} traces differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
