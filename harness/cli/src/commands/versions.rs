//! `wasmark list --versions`: which versions of its engine each adapter fits, and how else its worker can be built.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use wasmark_runner::{
    exit, suggest,
    terminal::{print, print_json},
    workers::fits::{self, Fits},
};

use crate::{options::List, tables::Texts};

/// Shows the versions of the runtimes that are chosen, of all where none is.
pub(super) fn show(options: &List) -> Result<u8> {
    let mut all = fits::all()?;
    let names = &options.selection.runtimes.runtimes;
    for name in names {
        if !all.contains_key(name) {
            bail!("failed to find the versions of {name:?}; {}", suggest::nearest(name, all.keys()));
        }
    }
    all.retain(|name, _| names.is_empty() || names.contains(name));
    if options.json.json {
        print_json(&all)?;
    } else {
        print(&text(&all));
    }
    Ok(exit::OK)
}

fn text(all: &BTreeMap<String, Fits>) -> String {
    let mut rows = Texts::new(&["RUNTIME", "BY DEFAULT", "FITS", "RUST", "NEEDS"]);
    for (name, Fits { locked, fits, rust, needs, .. }) in all {
        let or =
            |value: &Option<String>, otherwise: &str| value.clone().unwrap_or_else(|| otherwise.to_string());
        let fits = if fits.is_empty() { "no choice".to_string() } else { fits.join("\n") };
        let needs = if needs.is_empty() { "nothing but Rust".to_string() } else { needs.join(" ") };
        rows.row([name, &or(locked, "the system's"), &fits, &or(rust, "any"), &needs]);
    }
    let known = all.iter().flat_map(|(name, fits)| fits.builds.iter().map(move |build| (name, build)));
    let mut builds = Texts::new(&["BUILD", "ABOUT"]);
    for (name, (build, about)) in known {
        builds.row([&format!("{name}+{build}"), about]);
    }
    format!(
        "{rows}\n\n{builds}\n\nFITS are the versions that the adapter was built with: `--runtimes NAME@VERSION` takes them, and \
         tries any other. `--runtimes NAME+BUILD` builds the worker in that way.\n"
    )
}
