//! Checks a capture inside a Rust test: a suite that drives a network stack and records what it sends can assert that nobody broke
//! TCP. `cargo test --example check_in_a_test` runs the tests below; `cargo run --example check_in_a_test -- FILE` checks a file.

use std::error::Error;
use std::path::Path;
use tcplint::analysis::{Settings, analyze_files};
use tcplint::finding::Finding;
use tcplint::rules::Severity;

/// What the endpoints in a capture did wrong, one line each.
fn violations(capture: &Path) -> Result<Vec<String>, tcplint::error::Error> {
    let report = analyze_files(&[capture.to_owned()], &Settings::default())?;
    let wrong = |finding: &&Finding| finding.severity == Severity::Error;
    let line = |finding: &Finding| {
        let frame = finding.frame.unwrap_or_default();
        let endpoint = finding
            .endpoint
            .map_or_else(String::new, |it| it.to_string());
        format!(
            "frame {frame}: {endpoint}: {}: {}",
            finding.rule.name, finding.message
        )
    };
    // Nothing checked is never green.
    assert!(
        report.captures.iter().all(|capture| capture.segments > 0),
        "no TCP in there"
    );
    Ok(report.findings.iter().filter(wrong).map(line).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("usage: check_in_a_test FILE")?;
    let lines = violations(Path::new(&path))?;
    std::io::Write::write_all(&mut std::io::stdout(), lines.join("\n").as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_under_test_keeps_to_tcp() {
        let lines = violations(Path::new("testdata/honest.pcap"));
        assert_eq!(lines.ok(), Some(Vec::new()));
    }

    #[test]
    fn a_broken_stack_is_found_out() {
        let lines = violations(Path::new("testdata/bad-reset.pcapng")).unwrap_or_default();
        assert_eq!(lines.len(), 1);
        assert!(
            lines.iter().any(|line| line.contains(": bad-reset: ")),
            "{lines:?}"
        );
    }
}
