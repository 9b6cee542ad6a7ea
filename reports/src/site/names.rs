//! Names of files and anchors: of letters, digits and hyphens alone, whatever the name of a run, configuration or workload is. A
//! part of its hash keeps two names apart that look alike then.

use sha2::{Digest, Sha256};

/// So many characters of a name are readable in its file's.
const READABLE: usize = 60;

/// The path of a run's page, by the name of its folder.
#[must_use]
pub fn run(folder: &str) -> String {
    format!("runs/{}.html", plain(&[folder]))
}

/// The path of the page of a configuration and workload.
#[must_use]
pub fn cell(configuration: &str, workload: &str) -> String {
    format!("cells/{}.html", plain(&[configuration, workload]))
}

/// A name that can be part of a path, an address or an attribute.
#[must_use]
pub fn plain(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // With its length, so that no two lists of parts are the same.
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let hash: String = hash.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let mut text = String::new();
    for c in parts.join(" ").chars().take(READABLE) {
        if c.is_ascii_alphanumeric() {
            text.push(c.to_ascii_lowercase());
        } else if !text.is_empty() && !text.ends_with('-') {
            text.push('-');
        }
    }
    format!("{}-{hash}", text.trim_end_matches('-')).trim_start_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_folder_and_none_is_another_s() {
        let hostile = [
            "..",
            ".",
            "",
            "/etc/passwd",
            "../../x",
            "<script>",
            "a\"onload=\"",
            "con",
            "日本語",
            "a b",
            "a-b",
            "A-b",
        ];
        let names: Vec<String> = hostile.iter().map(|name| plain(&[name])).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
                "{name}"
            );
            assert!(!name.starts_with('-') && !names[..at].contains(name), "{name}");
        }
        assert_ne!(plain(&["a", "bc"]), plain(&["ab", "c"]));
        assert!(plain(&[&"x".repeat(500)]).len() < 80);
        assert!(cell("wasmtime/pooling", "fib").starts_with("cells/wasmtime-pooling-fib-"));
    }
}
