//! Compiles the shim, links V8 from MiniRacer's library, and lays what travels with the worker into `$OUT_DIR/bundle`.

use std::{env, fs, path::PathBuf};

/// What of MiniRacer the worker needs.
const FILES: [&str; 2] = ["libmini_racer.so", "icudtl.dat"];

/// The hand-written loops that the worker is compared with: of the example alone.
const BY_HAND: &str = "examples/v8_by_hand/v8_by_hand.cc";

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

fn main() -> Result<(), String> {
    for changes in ["build.rs", "shim", BY_HAND] {
        println!("cargo::rerun-if-changed={changes}");
    }
    println!("cargo::rerun-if-env-changed=MINI_RACER_DIR");
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let from = folder("MINI_RACER_DIR").ok_or("MINI_RACER_DIR is not set: run ./setup.sh")?;
    let out = folder("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let bundle = out.join("bundle");
    fs::create_dir_all(&bundle).map_err(|error| format!("make {}: {error}", bundle.display()))?;
    for name in FILES {
        let file = from.join(name);
        println!("cargo::rerun-if-changed={}", file.display());
        fs::copy(&file, bundle.join(name))
            .map_err(|error| format!("copy {}: {error}; run ./setup.sh", file.display()))?;
    }

    cpp("shim/shim.cc")
        .try_compile("wasmark_v8_shim")
        .map_err(|error| format!("compile the shim: {error}"))?;
    cpp(BY_HAND)
        .cargo_metadata(false)
        .try_compile("wasmark_v8_by_hand")
        .map_err(|error| format!("compile {BY_HAND}: {error}"))?;
    println!("cargo::rustc-link-arg-examples={}", out.join("libwasmark_v8_by_hand.a").display());
    println!("cargo::rustc-link-search=native={}", bundle.display());
    // The last of all libraries. MiniRacer's has an allocator, and would be the whole process's if it came before the C
    // library.
    println!("cargo::rustc-link-arg=-lmini_racer");
    // Beside the worker, else where it was built: for tests and `cargo run`.
    println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN:{}", bundle.display());
    Ok(())
}

/// A source in C++. No C++ runtime: MiniRacer's library has its own, which is not this system's.
fn cpp(source: &str) -> cc::Build {
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .cpp_link_stdlib(None)
        .std("c++17")
        .flags(["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"])
        .file(source);
    build
}
