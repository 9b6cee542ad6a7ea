//! The page's own texts in another language, which its script puts in place of the English ones.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::data::packed;

const FILE: &str = include_str!("../texts.toml");

/// The Chinese for each English text, as JSON: gzip, in base64.
///
/// # Errors
/// Where `texts.toml` is not what this version reads, which a test excludes.
pub fn chinese() -> Result<String> {
    packed(serde_json::to_string(&catalogue()?)?)
}

/// By English text; where on the page it is makes no difference.
fn catalogue() -> Result<BTreeMap<String, String>> {
    let sections: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(FILE).context("failed to read texts.toml; correct it")?;
    Ok(sections.into_values().flatten().collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wasmark_results::{record::metric::ENDINGS, summary::variants::PAIRS};

    use super::*;
    use crate::endings::word;

    /// What stands for a value in a text: `a`, `B`.
    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn both_languages_are_complete() {
        let sections: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(FILE).expect("the file");
        let all: Vec<_> = sections.values().flatten().collect();
        for (english, chinese) in &all {
            assert_eq!(placeholders(english), placeholders(chinese), "{english}");
            // A value alone, or an abbreviation, is the same in both.
            let has_own = |one: char| one > '\u{2e80}';
            let same = english == chinese || chinese.starts_with('{') && chinese.ends_with('}');
            assert!(same || chinese.chars().any(has_own), "{english}: {chinese}");
            assert_eq!(
                english.split_whitespace().collect::<Vec<_>>().join(" "),
                **english,
                "one space between words"
            );
        }
        assert_eq!(catalogue().expect("the file").len(), all.len(), "each text once");
    }

    /// Runs have them only where they have both configurations, or a process that ended so.
    #[test]
    fn what_few_runs_show_is_in_it() {
        let catalogue = catalogue().expect("the file");
        let differences = PAIRS.into_iter().map(|(what, ..)| what);
        for text in differences.chain(ENDINGS.map(word)) {
            assert!(catalogue.contains_key(text), "{text:?}");
        }
    }

    /// What the script shows has no other way into the catalogue than to be written there.
    #[test]
    fn the_script_s_texts_are_in_it() {
        let script = concat!(include_str!("script/compare.js"), include_str!("script/drawer.js"));
        let catalogue = catalogue().expect("the file");
        let texts: Vec<&str> =
            script.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(texts.len() > 15, "{texts:?}");
        for text in texts {
            assert!(catalogue.contains_key(text), "{text:?}");
        }
    }
}
