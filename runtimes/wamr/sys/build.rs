//! Builds WAMR's variants as shared libraries into `$OUT_DIR/bundle`, which the worker's build script copies on.
//!
//! `WAMR_SOURCE_DIR` takes WAMR's sources from elsewhere than the package that Cargo.lock pins; `WAMR_LLVM_DIR` names
//! the folder with LLVMConfig.cmake; `WAMR_VARIANTS` has the names of the variants to build, where it is not all. Variants
//! whose packages are not installed are left out.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A library to build.
struct Variant {
    name: &'static str,
    needs: &'static [Package],
    /// What it adds to [`COMMON`].
    options: &'static [(&'static str, &'static str)],
}

/// What a variant can need beside the SIMDe headers.
#[derive(Clone, Copy, PartialEq)]
enum Package {
    Llvm,
    AsmJit,
}

const VARIANTS: &[Variant] = &[
    Variant {
        name: "fast",
        needs: &[],
        options: &[
            ("BUILD_INTERP", "1"),
            ("BUILD_FAST_INTERP", "1"),
            ("BUILD_SIMD", "1"),
            ("BUILD_LIB_SIMDE", "1"),
        ],
    },
    Variant {
        name: "software_bounds",
        needs: &[],
        options: &[
            ("BUILD_INTERP", "1"),
            ("BUILD_FAST_INTERP", "1"),
            ("BUILD_SIMD", "1"),
            ("BUILD_LIB_SIMDE", "1"),
            ("DISABLE_HW_BOUND_CHECK", "1"),
        ],
    },
    // Guests start threads. Beside the fast interpreter's, because all code then looks whether its thread is to end.
    Variant {
        name: "threads",
        needs: &[],
        options: &[
            ("BUILD_INTERP", "1"),
            ("BUILD_FAST_INTERP", "1"),
            ("BUILD_SIMD", "1"),
            ("BUILD_LIB_SIMDE", "1"),
            ("BUILD_LIB_WASI_THREADS", "1"),
        ],
    },
    // WAMR has no SIMD in its classic interpreter, nor in its Fast JIT.
    Variant {
        name: "classic",
        needs: &[],
        options: &[("BUILD_INTERP", "1"), ("BUILD_FAST_INTERP", "0"), ("BUILD_SIMD", "0")],
    },
    Variant {
        name: "fast_jit",
        needs: &[Package::AsmJit],
        options: &[("BUILD_FAST_JIT", "1"), ("BUILD_LAZY_JIT", "0"), ("BUILD_SIMD", "0")],
    },
    Variant {
        name: "llvm_jit",
        needs: &[Package::Llvm],
        options: &[("BUILD_JIT", "1"), ("BUILD_LAZY_JIT", "0"), ("BUILD_SIMD", "1")],
    },
    Variant {
        name: "llvm_jit_lazy",
        needs: &[Package::Llvm],
        options: &[("BUILD_JIT", "1"), ("BUILD_LAZY_JIT", "1"), ("BUILD_SIMD", "1")],
    },
    // The rest of it depends on its name, in native/variant/CMakeLists.txt. As in WAMR's own compiler, modules may have
    // threads.
    Variant {
        name: "compiler",
        needs: &[Package::Llvm],
        options: &[
            ("BUILD_INTERP", "1"),
            ("BUILD_FAST_INTERP", "0"),
            ("BUILD_SHARED_MEMORY", "1"),
            ("BUILD_THREAD_MGR", "1"),
        ],
    },
];

/// What every variant has: artifacts, the proposals that all its tiers run, and WASI preview 1 of WAMR's own.
const COMMON: &[(&str, &str)] = &[
    ("BUILD_AOT", "1"),
    ("BUILD_BULK_MEMORY", "1"),
    ("BUILD_BULK_MEMORY_OPT", "1"),
    ("BUILD_REF_TYPES", "1"),
    ("BUILD_CALL_INDIRECT_OVERLONG", "1"),
    ("BUILD_TAIL_CALL", "1"),
    ("BUILD_EXTENDED_CONST_EXPR", "1"),
    ("BUILD_LIBC_WASI", "1"),
    ("BUILD_LIBC_BUILTIN", "0"),
];

/// The folder that has `simde/`: FetchContent takes it for what it would have downloaded.
const SIMDE: &str = "/usr/include";

/// A header of AsmJit's package.
const ASMJIT: &str = "/usr/include/asmjit/asmjit.h";

/// Where LLVM is when `WAMR_LLVM_DIR` does not say: versions that WAMR's compiler builds with, the best first.
const LLVM: [&str; 6] = ["19", "18", "16", "15", "14", "22"];

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

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

    println!("cargo::rerun-if-env-changed=WAMR_VARIANTS");
    let wanted = env::var("WAMR_VARIANTS").ok();
    let is_wanted = |variant: &&Variant| {
        wanted.as_ref().is_none_or(|names| names.split(' ').any(|name| name == variant.name))
    };
    let mut variants = Vec::new();
    for variant in VARIANTS.iter().filter(is_wanted) {
        let missing = variant.needs.iter().find(|package| match package {
            Package::Llvm => llvm.is_none(),
            Package::AsmJit => !asmjit(),
        });
        match missing {
            None => variants.push(variant),
            Some(Package::Llvm) => warn(variant, "LLVM; install llvm-19-dev"),
            Some(Package::AsmJit) => warn(variant, "AsmJit (on x86-64 alone); install libasmjit-dev"),
        }
    }

    let bundle = out.join("bundle");
    // A library of an earlier build, with a package that is gone, must not travel on.
    let _ = fs::remove_dir_all(&bundle);
    fs::create_dir_all(&bundle).map_err(|error| format!("{}: {error}", bundle.display()))?;
    println!("cargo::rerun-if-env-changed=WASMARK_LINT");
    // Lints look at the code alone.
    if env::var_os("WASMARK_LINT").is_none() {
        let built = build(&variants, &manifest.join("native"), &source, llvm.as_deref(), &out);
        for variant in variants {
            let name = format!("libwamr_{}.so", variant.name);
            fs::copy(built.join(&name), bundle.join(&name)).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    println!("cargo::metadata=bundle={}", bundle.display());
    println!("cargo::rustc-env=WAMR_BUNDLE={}", bundle.display());
    println!(
        "cargo::rustc-env=WAMR_LLVM_VERSION={}",
        llvm.and_then(|dir| llvm_version(&dir)).unwrap_or_default()
    );
    Ok(())
}

fn warn(variant: &Variant, missing: &str) {
    println!("cargo::warning=WAMR without its library {:?}, which needs {missing} for it", variant.name);
}

/// Builds the libraries: the folder that they are in.
fn build(variants: &[&Variant], native: &Path, source: &Path, llvm: Option<&Path>, out: &Path) -> PathBuf {
    let mut cmake = cmake::Config::new(native);
    // Release whatever cargo's profile is: with debug information the profile would become another one (-O2).
    cmake.out_dir(out.join("wamr")).profile("Release").generator("Ninja").build_target("all");
    cmake.define("WAMR_ROOT_DIR", source).define("FETCHCONTENT_SOURCE_DIR_SIMDE", SIMDE);
    if let Some(llvm) = llvm {
        cmake.define("LLVM_DIR", llvm);
    }
    let names: Vec<&str> = variants.iter().map(|variant| variant.name).collect();
    cmake.define("WAMR_VARIANTS", names.join(";"));
    for variant in variants {
        let options = COMMON.iter().chain(variant.options).map(|(name, value)| format!("{name}={value}"));
        let options: Vec<String> = options.collect();
        cmake.define(format!("WAMR_OPTIONS_{}", variant.name), options.join(";"));
    }
    cmake.build().join("build")
}

/// WAMR's sources: those of the package that Cargo.lock pins, wherever cargo keeps it.
fn source(manifest: &Path) -> Result<PathBuf, String> {
    println!("cargo::rerun-if-env-changed=WAMR_SOURCE_DIR");
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

/// Whether there is an AsmJit that the Fast JIT can use.
fn asmjit() -> bool {
    variable("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64") && Path::new(ASMJIT).exists()
}

fn llvm_version(dir: &Path) -> Option<String> {
    let config = fs::read_to_string(dir.join("LLVMConfig.cmake")).ok()?;
    let (_, rest) = config.split_once("set(LLVM_PACKAGE_VERSION ")?;
    Some(rest.split(')').next()?.to_owned())
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}
