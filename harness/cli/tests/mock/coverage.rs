//! `wasmark list --workloads --profile`: it needs no runtime, and a profile that cannot be used costs itself only.

use crate::common::World;

/// Copies of the suite's `noop`, with these texts for their profiles.
fn suite(world: &World, profiles: &[(&str, Option<&str>)]) -> String {
    let noop = wasmark_workloads::default_suite_dir().join("noop");
    for (name, profile) in profiles {
        let folder = world.path("suite").join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::copy(noop.join("noop.wasm"), folder.join("noop.wasm")).expect("a copy");
        let manifest = std::fs::read_to_string(noop.join("workload.toml")).expect("a manifest");
        let named = manifest.replace("name = \"noop\"", &format!("name = {name:?}"));
        std::fs::write(folder.join("workload.toml"), named).expect("a file");
        if let Some(text) = profile {
            std::fs::write(folder.join("profile.toml"), text).expect("a file");
        }
    }
    world.path("suite").display().to_string()
}

#[test]
fn shows_every_workload_and_what_was_not_measured() {
    let world = World::with_mock();
    std::fs::remove_file(world.path("bin/wasmark-worker-mock")).expect("the link");
    let own = wasmark_workloads::default_suite_dir().join("noop/profile.toml");
    let right = std::fs::read_to_string(own).expect("run `make profiles`");
    let suite = suite(&world, &[("one", Some(&right)), ("two", None)]);
    let (text, _) = world.expect(&["list", "--workloads", "--profile", "--suite", &suite], 0);
    for part in ["WORKLOAD", "BOUNDARY", "INSTRUCTIONS", "SIMD", "registers", "tiny", "one", "two"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let rows = world.json(&["list", "--workloads", "--profile", "--suite", &suite], 0);
    assert_eq!((&rows[0]["name"], &rows[1]["name"]), (&"one".into(), &"two".into()));
    assert!(rows[0]["profile"]["unit"]["instructions"].as_f64().is_some_and(|count| count > 0.0), "{rows}");
    assert!(rows[1].get("profile").is_none() && rows[1]["why"].is_string(), "{rows}");
    let two = world.json(&["list", "--workloads", "two", "--profile", "--suite", &suite], 0);
    assert_eq!(two.as_array().expect("a list").len(), 1);
}

#[test]
fn a_profile_of_another_module_is_refused_with_its_line() {
    let world = World::with_mock();
    let stale = "sha256 = \"0123\"\nengine = \"an engine\"\n[module]\nfunctions = 1\ncode_bytes = 1\n\
                 data_bytes = 0\ntable_entries = 0\ninstructions = 1\nmix = {}\n";
    let suite = suite(&world, &[("one", Some(stale)), ("two", Some("sha = 1"))]);
    let (text, error) = world.expect(&["list", "--profile", "--suite", &suite], 2);
    assert!(text.contains("one") && text.contains("two"), "{text}");
    for part in
        ["one/profile.toml:1: failed to use", "two/profile.toml:1: failed to understand", "make profiles"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
}
