//! What a configuration may say, and where it is told that it is wrong.

use super::raw::read;
use crate::rules::Proof;
use std::path::Path;

fn refusal(text: &str) -> String {
    read(Path::new("d/tcplint.toml"), text).unwrap_err()
}

#[test]
fn every_key_is_read_with_its_line() {
    let text = r#"
profile = "linux"
msl = "30s"
tap = "client"
filter = "port 80"
notes = true
strict-input = true
select = ["TCP2", "bad-reset"]
ignore = ["TCP202"]
blame = ["endpoint"]
proof = "strong"
fail-on = "warning"
exit-zero = false
min-flows = 1
baseline = "known.json"
format = "full"
output = ["sarif=out/a.sarif"]
statistics = true
progress = "never"
quiet = true
verbose = true
color = "never"

[[path]]
glob = "old/**"
profile = "windows"
ignore = ["TCP4"]

[[host]]
net = "10.0.0.0/8"
profile = "windows"
ignore = ["TCP6"]

[[suppress]]
rule = "TCP403"
reason = "the load balancer does that"
expires = "2027-01-31"
path = "old/*.pcap"
host = "10.0.0.1"
port = 80
"#;
    let config = read(Path::new("d/tcplint.toml"), text).unwrap();
    assert_eq!(config.lines.len(), 21);
    assert_eq!((config.lines["profile"], config.lines["color"]), (2, 22));
    assert_eq!(config.options.selecting.proof, Some(Proof::Strong));
    assert_eq!(
        config.options.adopting.baseline,
        Some("d/known.json".into())
    );
    assert_eq!(
        config.options.writing.output[0].path,
        Path::new("d/out/a.sarif")
    );
    assert_eq!((config.paths[0].line, config.hosts[0].line), (25, 30));
    assert_eq!(config.suppressions[0].line, 36);
    assert!(config.paths[0].glob.matches("d/old/x/y.pcap"));
    assert!(!config.paths[0].glob.matches("old/x.pcap"));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, said) in [
        (
            "\nselct = []",
            "d/tcplint.toml:2: unknown key 'selct'; did you mean 'select'?",
        ),
        ("zzz = 1", "d/tcplint.toml:1: unknown key 'zzz'"),
        (
            "msl = \"30\"",
            "d/tcplint.toml:1: '30': write a whole number",
        ),
        (
            "select = [\n\"TCP201\",\n\"nope\"]",
            "d/tcplint.toml:1: 'nope': no rule",
        ),
        (
            "profile = \"linus\"",
            "d/tcplint.toml:1: 'linus': no profile has that name",
        ),
        ("min-flows = \"1\"", "d/tcplint.toml:1: invalid type"),
        (
            "[[suppress]]\nrule = \"TCP2\"\nreason = \" \"",
            "d/tcplint.toml:3: a suppression needs a reason",
        ),
        (
            "[[suppress]]\nrule = \"TCP2\"",
            "d/tcplint.toml:1: missing field `reason`",
        ),
        (
            "[[suppress]]\nreason = \"x\"",
            "d/tcplint.toml:2: a suppression needs a rule",
        ),
        (
            "[[suppress]]\nrule = \"TCP2\"\nreason = \"x\"\nexpires = \"soon\"",
            "d/tcplint.toml:4: 'soon': ",
        ),
        (
            "[[host]]\nnet = \"10.0.0.1/8\"",
            "d/tcplint.toml:2: '10.0.0.1/8': ",
        ),
        (
            "[[host]]\nnett = \"10.0.0.0/8\"",
            "d/tcplint.toml:2: unknown key 'nett'; did you mean 'net'?",
        ),
        ("[[path]]\nglob = \"[\"", "d/tcplint.toml:2: '[': "),
        ("filter = \"port\"", "d/tcplint.toml:1: 'port': "),
        ("a = ", "d/tcplint.toml:1: "),
    ] {
        assert!(refusal(text).starts_with(said), "{text}\n{}", refusal(text));
    }
}
