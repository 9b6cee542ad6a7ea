//! `wasmark list` for people: names by group, and each with what it is where it was asked for.

use std::{collections::BTreeMap, fmt::Write};

use wasmark_adapter::{Configuration, Description, Tier};
use wasmark_reports::format::counted;
use wasmark_runner::metrics;

use super::{Document, Workload};

/// How much of something is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The names, by group.
    Names,
    /// Each with what it is.
    Each,
}

/// What is listed, and how.
pub struct Listing<'a> {
    /// All that there is.
    pub document: &'a Document<'a>,
    /// Whether a configuration (`runtime/name`) is listed.
    pub lists: &'a dyn Fn(&str) -> bool,
    /// How configurations are.
    pub configurations: Detail,
    /// How workloads are.
    pub workloads: Detail,
    /// The terminal's width.
    pub width: usize,
}

impl Listing<'_> {
    /// The text. No line is longer than the terminal, but for messages and for a name that is.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for runtime in &self.document.runtimes {
            text.push_str(&self.runtime(runtime));
        }
        for (name, reason) in self.document.unavailable {
            let _ = writeln!(text, "{name} is unavailable: {reason}");
        }
        text.push('\n');
        text.push_str(&match self.workloads {
            Detail::Names => self.workloads_by_language(),
            Detail::Each => self.each_workload(),
        });
        for (name, reason) in &self.document.absent {
            let _ = writeln!(text, "{name} is unavailable: {reason}");
        }
        for group in metrics::GROUPS {
            let _ = writeln!(text, "\nmetrics, {}: {}", group.group.name(), group.about);
            text.push_str(&wrapped("  ", &group.metrics.join(" "), self.width));
        }
        let _ = writeln!(text, "\nprofiles: {}", self.document.profiles.join(" "));
        if [self.configurations, self.workloads].contains(&Detail::Names) {
            text.push_str(
                "\nEach with what it is: wasmark list --all, or name some: --runtimes, --workloads\n",
            );
        }
        text
    }

    fn runtime(&self, runtime: &Description) -> String {
        let id = |one: &Configuration| format!("{}/{}", runtime.runtime, one.name);
        let listed: Vec<&Configuration> =
            runtime.configurations.iter().filter(|one| (self.lists)(&id(one))).collect();
        if listed.is_empty() {
            return String::new();
        }
        let mut text =
            wrapped("", &format!("{} {}, {}", runtime.runtime, runtime.version, runtime.licence), self.width);
        match self.configurations {
            Detail::Names => {
                for tier in Tier::ALL {
                    let of_tier = listed.iter().filter(|one| one.tier == tier);
                    let names: Vec<String> = of_tier.map(|one| named(one)).collect();
                    if !names.is_empty() {
                        text.push_str(&wrapped(
                            &format!("  {:<13}", tier.name()),
                            &names.join(", "),
                            self.width,
                        ));
                    }
                }
            }
            Detail::Each => {
                for one in listed {
                    let licence = one.licence.iter().filter(|licence| **licence != runtime.licence);
                    let facts = [one.tier.name().to_owned()].into_iter().chain(purposes(one));
                    let facts: Vec<String> = facts.chain(licence.cloned()).collect();
                    text.push_str(&wrapped("  ", &format!("{}: {}", id(one), facts.join(", ")), self.width));
                    text.push_str(&wrapped("      ", &one.about, self.width));
                }
            }
        }
        text
    }

    fn workloads_by_language(&self) -> String {
        let mut languages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for one in &self.document.workloads {
            languages.entry(one.language).or_default().push(one.name);
        }
        let longest = languages.keys().map(|name| name.chars().count()).max().unwrap_or(0);
        let mut text = counted(self.document.workloads.len(), "workload", "workloads") + "\n";
        for (language, names) in languages {
            let head = format!("  {language:<longest$}  {:>2}  ", names.len());
            text.push_str(&wrapped(&head, &names.join(" "), self.width));
        }
        text
    }

    fn each_workload(&self) -> String {
        let mut text = String::new();
        for one in &self.document.workloads {
            text.push_str(&wrapped("", &facts(one), self.width));
            text.push_str(&wrapped("      ", one.about, self.width));
        }
        text
    }
}

fn named(one: &Configuration) -> String {
    let purposes: Vec<String> = purposes(one).into_iter().collect();
    if purposes.is_empty() { one.name.clone() } else { format!("{} ({})", one.name, purposes.join("; ")) }
}

/// What a configuration is the default or the best for.
fn purposes(one: &Configuration) -> Option<String> {
    let names: Vec<&str> = one.purposes.iter().map(|purpose| purpose.name()).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

fn facts(one: &Workload<'_>) -> String {
    let mut facts = format!("{}: {}, {}, {} bytes", one.name, one.kind, one.language, one.wasm_bytes);
    for (what, list) in [("tags", one.tags), ("needs", one.proposals)] {
        if !list.is_empty() {
            let _ = write!(facts, "; {what} {}", list.join(" "));
        }
    }
    facts
}

/// `text` behind `head`, broken at spaces into lines of at most `width`, the further ones as far in as the first.
fn wrapped(head: &str, text: &str, width: usize) -> String {
    let indent = head.chars().count();
    let mut lines = head.to_owned();
    let mut at = indent;
    for (index, word) in text.split(' ').filter(|word| !word.is_empty()).enumerate() {
        let length = word.chars().count();
        if index > 0 && at + 1 + length > width {
            // The indent shows that this line continues one without a head of its own.
            let indent = if indent == 0 { 2 } else { indent };
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            at = indent;
        } else if index > 0 {
            lines.push(' ');
            at += 1;
        }
        lines.push_str(word);
        at += length;
    }
    lines.truncate(lines.trim_end().len());
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_fit_and_stay_beneath_their_beginning() {
        let text = wrapped("  C  2  ", "adler crc32 zstd_decode", 20);
        assert_eq!(text, "  C  2  adler crc32\n        zstd_decode\n");
        assert_eq!(wrapped("", "one two three", 8), "one two\n  three\n");
        assert_eq!(wrapped("    ", "a_name_longer_than_the_line", 10), "    a_name_longer_than_the_line\n");
    }
}
