//! GitHub Actions: annotations on stdout, and the step's summary.

use std::{env, io::Write};

use super::{
    markdown,
    words::{self, Weight},
};
use crate::document::Document;

/// Annotations that GitHub shows of one step.
const SHOWN: usize = 10;

/// Where this runs in GitHub Actions: prints annotations, and adds `gate.md` to the step's summary. Failing to is no
/// reason to fail.
pub fn announce(document: &Document) {
    if env::var_os("GITHUB_ACTIONS").is_some() {
        eprint!("{}", annotations(document));
    }
    if let Some(path) = env::var_os("GITHUB_STEP_SUMMARY") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let written = file.and_then(|mut file| file.write_all(markdown::markdown(document).as_bytes()));
        if let Err(problem) = written {
            eprintln!("failed to write the step's summary: {problem}");
        }
    }
}

/// An error for each alarm, as GitHub's workflow commands have it.
pub fn annotations(document: &Document) -> String {
    let alarms = words::lines(document).into_iter().filter(|line| line.weight == Weight::Alarm);
    let command = |line: words::Line| {
        let message = format!("{} {} {}", line.word, line.change, line.detail);
        format!("::error title={}::{}\n", property(&line.name), data(&message))
    };
    alarms.take(SHOWN).map(command).collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
