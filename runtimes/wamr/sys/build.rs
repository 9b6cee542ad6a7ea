//! Builds WAMR's variants as shared libraries into `$OUT_DIR/bundle`, which the worker's build script copies on.
//!
//! `WAMR_SOURCE_DIR` takes WAMR's sources from elsewhere than the package that Cargo.lock pins; `WAMR_LLVM_DIR` names
//! the folder with LLVMConfig.cmake. Without an LLVM the variants that need it are left out.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A library to build.
struct Variant {
    name: &'static str,
    needs_llvm: bool,
    /// What it adds to [`COMMON`].
    options: &'static [(&'static str, &'static str)],
}

const VARIANTS: &[Variant] = &[
    Variant {
        name: "fast",
        needs_llvm: false,
        options: &[("INTERP", "1"), ("FAST_INTERP", "1"), ("SIMD", "1"), ("LIB_SIMDE", "1")],
    },
    // The rest of it depends on its name, in native/CMakeLists.txt.
    Variant { name: "compiler", needs_llvm: true, options: &[("INTERP", "1"), ("FAST_INTERP", "0")] },
];

/// What every variant has: artifacts, the proposals that all its tiers run, and WASI preview 1 of WAMR's own.
const COMMON: &[(&str, &str)] = &[
    ("AOT", "1"),
    ("BULK_MEMORY", "1"),
    ("BULK_MEMORY_OPT", "1"),
    ("REF_TYPES", "1"),
    ("CALL_INDIRECT_OVERLONG", "1"),
    ("TAIL_CALL", "1"),
    ("EXTENDED_CONST_EXPR", "1"),
    ("LIBC_WASI", "1"),
    ("LIBC_BUILTIN", "0"),
];

/// The folder that has `simde/`: FetchContent takes it for what it would have downloaded.
const SIMDE: &str = "/usr/include";

/// Where LLVM is when `WAMR_LLVM_DIR` does not say: versions that WAMR's compiler builds with, the best first.
const LLVM: [&str; 6] = ["19", "18", "16", "15", "14", "22"];

fn main() -> Result<(), String> {
    for path in ["build.rs", "native"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let source = source(&manifest)?;
    let llvm = llvm();
    if !Path::new(SIMDE).join("simde/wasm/simd128.h").exists() {
        return Err("the SIMDe headers are not installed: run ./setup.sh, or install libsimde-dev".to_owned());
    }

    let bundle = out.join("bundle");
    // A library of an earlier build, with an LLVM that is gone, must not travel on.
    let _ = fs::remove_dir_all(&bundle);
    fs::create_dir_all(&bundle).map_err(|error| format!("{}: {error}", bundle.display()))?;
    for variant in VARIANTS {
        if variant.needs_llvm && llvm.is_none() {
            println!(
                "cargo::warning=no LLVM: WAMR runs artifacts but compiles none; install llvm-19-dev for that"
            );
            continue;
        }
        let library = build(variant, &manifest.join("native"), &source, llvm.as_deref(), &out)?;
        let to = bundle.join(format!("libwamr_{}.so", variant.name));
        fs::copy(&library, &to).map_err(|error| format!("{}: {error}", library.display()))?;
    }
    println!("cargo::metadata=bundle={}", bundle.display());
    println!("cargo::rustc-env=WAMR_BUNDLE={}", bundle.display());
    println!(
        "cargo::rustc-env=WAMR_LLVM_VERSION={}",
        llvm.and_then(|dir| llvm_version(&dir)).unwrap_or_default()
    );
    Ok(())
}

fn build(
    variant: &Variant,
    native: &Path,
    source: &Path,
    llvm: Option<&Path>,
    out: &Path,
) -> Result<PathBuf, String> {
    let mut cmake = cmake::Config::new(native);
    // Release whatever cargo's profile is: with debug information the profile would become another one (-O2).
    cmake.out_dir(out.join(variant.name)).profile("Release").generator("Ninja").build_target("wamr");
    cmake.define("WAMR_ROOT_DIR", source).define("WAMR_VARIANT", variant.name);
    for (name, value) in COMMON.iter().chain(variant.options) {
        cmake.define(format!("WAMR_BUILD_{name}"), value);
    }
    match llvm.filter(|_| variant.needs_llvm) {
        Some(llvm) => cmake.define("LLVM_DIR", llvm),
        None => cmake.define("FETCHCONTENT_SOURCE_DIR_SIMDE", SIMDE),
    };
    let library = cmake.build().join("build").join(format!("libwamr_{}.so", variant.name));
    library.exists().then_some(library).ok_or_else(|| format!("CMake built no libwamr_{}.so", variant.name))
}

/// WAMR's sources: those of the package that Cargo.lock pins, wherever cargo keeps it.
fn source(manifest: &Path) -> Result<PathBuf, String> {
    println!("cargo::rerun-if-env-changed=WAMR_SOURCE_DIR");
    // Another checkout may share the target folder: see .cargo/config.toml.
    println!("cargo::rerun-if-env-changed=WASMARK_CHECKOUT");
    if let Some(source) = env::var_os("WAMR_SOURCE_DIR") {
        return Ok(source.into());
    }
    let output = Command::new(variable("CARGO")?)
        .args(["metadata", "--format-version=1", "--locked", "--manifest-path"])
        .arg(manifest.join("Cargo.toml"))
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "wamrx-sys")
        .and_then(|package| {
            Some(Path::new(package["manifest_path"].as_str()?).parent()?.join("wasm-micro-runtime"))
        })
        .ok_or_else(|| "Cargo.lock has no wamrx-sys: restore it from the repository".to_owned())
}

fn llvm() -> Option<PathBuf> {
    println!("cargo::rerun-if-env-changed=WAMR_LLVM_DIR");
    let usual = LLVM.map(|version| format!("/usr/lib/llvm-{version}/lib/cmake/llvm"));
    let known = env::var("WAMR_LLVM_DIR").ok().filter(|dir| !dir.is_empty());
    known
        .map(PathBuf::from)
        .into_iter()
        .chain(usual.map(PathBuf::from))
        .find(|dir| dir.join("LLVMConfig.cmake").exists())
}

fn llvm_version(dir: &Path) -> Option<String> {
    let config = fs::read_to_string(dir.join("LLVMConfig.cmake")).ok()?;
    let (_, rest) = config.split_once("set(LLVM_PACKAGE_VERSION ")?;
    Some(rest.split(')').next()?.to_owned())
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}
