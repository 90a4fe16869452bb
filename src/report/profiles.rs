//! The profiles as a document: what each family of implementations chooses, and where that comes from. Data only.

use crate::tcp::Profile;
use std::fmt::Write;
use std::time::Duration;

/// The document, Markdown.
pub fn profiles_document() -> String {
    let mut out = String::from(
        "# Profiles\n\nWhat `--profile` takes as given, for all hosts (`--profile linux`) or for those of a network \
         (`--profile 10.0.0.0/8=linux`). TIME-WAIT is judged by it; what a profile permits is told as a note that says so. \
         Derived from the data in `src/tcp/profile.rs`.\n\n\
         | profile | TIME-WAIT | FIN-WAIT-2 without application | RTO: least, first, most | delayed ACK |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    for profile in Profile::ALL {
        let traits = profile.traits();
        let rto = [traits.rto.least, traits.rto.first, traits.rto.most].map(time);
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} |",
            profile.name(),
            time(Some(traits.time_wait)),
            time(traits.fin_wait_2),
            rto.join(", "),
            time(traits.delayed_ack),
        );
    }
    for profile in Profile::ALL {
        let _ = write!(out, "\n## {}\n\n", profile.name());
        for convention in profile.traits().permits {
            let _ = writeln!(
                out,
                "- permits `{}`: {}",
                convention.rule, convention.because
            );
        }
        for source in profile.traits().sources {
            let _ = writeln!(out, "- from {source}");
        }
    }
    out
}

fn time(length: Option<Duration>) -> String {
    match length {
        None => "-".into(),
        Some(length) if length.as_millis() < 1_000 => format!("{} ms", length.as_millis()),
        Some(length) => format!("{} s", length.as_secs()),
    }
}
