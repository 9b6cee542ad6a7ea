//! What else than its class of machines can change the numbers of a run: a difference between two runs is marked on the line.

use std::collections::BTreeMap;

use crate::run::{Realtime, Run};

/// What else of a run's machine and settings can change a number, by names for people.
pub fn settings(run: &Run) -> BTreeMap<String, String> {
    let environment = &run.environment;
    let realtime = match run.realtime {
        Realtime::Off => "not asked for",
        Realtime::Applied => "applied",
        Realtime::Refused => "refused",
    };
    let always = [
        ("wasmark", run.wasmark.as_str()),
        ("profile", &run.profile),
        ("real-time scheduling", realtime),
        ("kernel", &environment.kernel),
        ("C library", &environment.libc),
        ("system", &environment.os),
        ("Rust", &environment.toolchain),
    ];
    let known = [
        ("governor", &environment.governor),
        ("huge pages", &environment.huge_pages),
        ("pinning", &environment.pinning),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
    always.into_iter().chain(known).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
