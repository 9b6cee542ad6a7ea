//! Compiles every kernel in C and in Rust into a library of its own, once for the processor's baseline and once for
//! this processor, and lays them into `$OUT_DIR/bundle` as `<configuration>-<kernel>.so`.
//!
//! A kernel in C is a file that says `KERNEL(<its own name>)`, one in Rust a package with a `cdylib`, as for the
//! modules.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

const C: &str = "../../workloads/guests/c";
const RUST: &str = "../../workloads/guests/rust";

/// A configuration, and what makes it what it is. Without a fused multiply-add in both: it is no WebAssembly
/// instruction, and gives other results.
struct Flavour {
    name: &'static str,
    c: &'static [&'static str],
    clang: &'static [&'static str],
    rust: &'static str,
}

const FLAVOURS: [Flavour; 2] = [
    // As the modules can be compiled: without SIMD, so without vectorised loops too.
    Flavour {
        name: "o2",
        c: &["-fno-tree-vectorize"],
        clang: &["-fno-vectorize", "-fno-slp-vectorize"],
        rust: "-Cno-vectorize-loops -Cno-vectorize-slp",
    },
    Flavour { name: "o2-host", c: &["-march=native"], clang: &[], rust: "-Ctarget-cpu=native" },
];

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

fn main() -> Fallible {
    for watched in ["build.rs", C, RUST] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let bundle = out.join("bundle");
    fs::remove_dir_all(&bundle).or_else(|_| fs::create_dir_all(&out))?;
    fs::create_dir_all(&bundle)?;
    println!("cargo::rustc-env=NATIVE_KERNELS={}", bundle.display());
    println!("cargo::rustc-env=NATIVE_PROCESSOR={}", processor());
    let rustc = first_line(Command::new(env::var("RUSTC")?).arg("--version"))?;
    println!("cargo::rustc-env=NATIVE_RUST_COMPILER={rustc}");

    let compiler = c_compiler()?;
    let version = first_line(compiler.to_command().arg("--version"))?;
    println!("cargo::rustc-env=NATIVE_C_COMPILER={version}");
    let sources = c_kernels()?;
    let packages = rust_kernels()?;
    for flavour in &FLAVOURS {
        for (name, source) in &sources {
            let mut command = compiler.to_command();
            command.args(["-std=c11", "-shared", "-fPIC", "-s", "-ffp-contract=off", "-fno-math-errno"]);
            command.args(flavour.c);
            if compiler.is_like_clang() {
                command.args(flavour.clang);
            }
            command.arg(source).arg("-o").arg(bundle.join(format!("{}-{name}.so", flavour.name)));
            succeed(&mut command)?;
        }
        rust(flavour, &packages, &out.join(flavour.name), &bundle)?;
    }
    Ok(())
}

/// The same compiler as the modules', where it is there.
fn c_compiler() -> Fallible<cc::Tool> {
    let mut build = cc::Build::new();
    let clang = "clang-22";
    if env::var_os("CC").is_none() && first_line(Command::new(clang).arg("--version")).is_ok() {
        build.compiler(clang);
    }
    build.opt_level(2).debug(false).warnings(true).extra_warnings(true);
    Ok(build.try_get_compiler()?)
}

fn c_kernels() -> Fallible<Vec<(String, PathBuf)>> {
    let mut kernels = Vec::new();
    for entry in fs::read_dir(C).map_err(|error| format!("{C}: {error}"))? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned) else { continue };
        if path.extension().is_some_and(|extension| extension == "c")
            && fs::read_to_string(&path)?.contains(&format!("\nKERNEL({name})"))
        {
            kernels.push((name, path));
        }
    }
    Ok(kernels)
}

fn rust_kernels() -> Fallible<Vec<String>> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(RUST).map_err(|error| format!("{RUST}: {error}"))? {
        let entry = entry?;
        let manifest = fs::read_to_string(entry.path().join("Cargo.toml")).unwrap_or_default();
        if manifest.lines().any(|line| line.starts_with("crate-type") && line.contains("cdylib")) {
            packages.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(packages)
}

/// Builds the packages with the profile of their own workspace.
fn rust(flavour: &Flavour, packages: &[String], target: &Path, bundle: &Path) -> Fallible {
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo.current_dir(RUST).args(["build", "--quiet", "--locked", "--release", "--lib"]);
    cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", flavour.rust);
    cargo.env("CARGO_TARGET_DIR", target);
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    succeed(&mut cargo)?;
    for package in packages {
        let library = target.join("release").join(format!("lib{package}.so"));
        fs::copy(&library, bundle.join(format!("{}-{package}.so", flavour.name)))?;
    }
    Ok(())
}

fn succeed(command: &mut Command) -> Fallible {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

fn first_line(command: &mut Command) -> Fallible<String> {
    let output = command.output()?;
    let line = String::from_utf8(output.stdout)?.lines().next().map(str::to_owned);
    Ok(line.ok_or("the compiler does not say its version")?)
}

include!("src/processor.rs");
