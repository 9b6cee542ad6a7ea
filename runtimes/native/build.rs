//! Compiles every kernel in C, C++ and Rust into a library of its own, once for the processor's baseline and once for
//! this processor, and lays them into `$OUT_DIR/bundle` as `<configuration>-<kernel>.so`.
//!
//! A kernel in C or C++ is a file that says `KERNEL(<its name>)`, one in Rust a package with a `cdylib`, as for the
//! modules.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

/// A folder of kernels in one language, and what its compiler is told and called.
struct Language {
    folder: &'static str,
    options: &'static [&'static str],
    clang: &'static str,
    variable: &'static str,
    cpp: Cpp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cpp {
    Yes,
    No,
}

const LANGUAGES: [Language; 3] = [
    Language {
        folder: "../../workloads/guests/c",
        options: &["-std=c11"],
        clang: "clang-22",
        variable: "CC",
        cpp: Cpp::No,
    },
    Language {
        folder: "../../workloads/guests/c-programs",
        options: &["-std=gnu11"],
        clang: "clang-22",
        variable: "CC",
        cpp: Cpp::No,
    },
    Language {
        folder: "../../workloads/guests/cpp",
        options: &["-std=c++23", "-fno-exceptions", "-fno-rtti"],
        clang: "clang++-22",
        variable: "CXX",
        cpp: Cpp::Yes,
    },
];
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
    for watched in ["build.rs", RUST].into_iter().chain(LANGUAGES.map(|language| language.folder)) {
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

    for language in &LANGUAGES {
        let compiler = compiler(language)?;
        if language.cpp == Cpp::No {
            let version = first_line(compiler.to_command().arg("--version"))?;
            println!("cargo::rustc-env=NATIVE_C_COMPILER={version}");
        }
        let vendor = vendor(language, &out)?;
        for (name, source) in kernels(language)? {
            for flavour in &FLAVOURS {
                let library = bundle.join(format!("{}-{name}.so", flavour.name));
                compile(&compiler, language, flavour, &source, &library, &vendor)?;
            }
        }
    }
    let packages = rust_kernels()?;
    for flavour in &FLAVOURS {
        rust(flavour, &packages, &out.join(flavour.name), &bundle)?;
    }
    Ok(())
}

/// The same compiler as the modules', where it is there and nobody wants another.
fn compiler(language: &Language) -> Fallible<cc::Tool> {
    let mut build = cc::Build::new();
    if env::var_os(language.variable).is_none()
        && first_line(Command::new(language.clang).arg("--version")).is_ok()
    {
        build.compiler(language.clang);
    }
    build.cpp(language.cpp == Cpp::Yes).opt_level(2).debug(false).warnings(true).extra_warnings(true);
    Ok(build.try_get_compiler()?)
}

/// The folder with the sources that the lock file of a folder of programs pins, where it has one.
fn vendor(language: &Language, out: &Path) -> Fallible<PathBuf> {
    let manifest = Path::new(language.folder).join("Cargo.toml");
    let vendor = out.join("vendor");
    if manifest.is_file() {
        let mut cargo = Command::new(env::var("CARGO")?);
        cargo.args(["vendor", "--quiet", "--locked", "--manifest-path"]).arg(manifest);
        succeed(cargo.arg(&vendor))?;
    }
    Ok(vendor)
}

/// The names and the sources of the kernels.
fn kernels(language: &Language) -> Fallible<Vec<(String, PathBuf)>> {
    let mut kernels = Vec::new();
    let folder = Path::new(language.folder).canonicalize();
    for entry in folder.and_then(fs::read_dir).map_err(|error| format!("{}: {error}", language.folder))? {
        let path = entry?.path();
        if !path.extension().is_some_and(|extension| extension == "c" || extension == "cpp") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let mut names = text.lines().filter_map(|line| line.strip_prefix("KERNEL(")?.split_once(')'));
        kernels.extend(names.next().map(|(name, _)| (name.to_owned(), path)));
    }
    Ok(kernels)
}

fn compile(
    compiler: &cc::Tool,
    language: &Language,
    flavour: &Flavour,
    source: &Path,
    library: &Path,
    vendor: &Path,
) -> Fallible {
    let mut command = compiler.to_command();
    command.args(language.options).args(["-ffp-contract=off", "-fno-math-errno"]);
    // Hidden, so that calls within a library are as direct as within a module.
    command.args(["-shared", "-fPIC", "-fvisibility=hidden", "-s"]);
    command.args(flavour.c);
    if compiler.is_like_clang() {
        command.args(flavour.clang);
    }
    command.arg(source).arg("-o").arg(library);
    // What the program around which the kernel is needs; its paths begin at its sources.
    let program = source.with_extension("args");
    if program.is_file() {
        command.current_dir(vendor).arg(format!("@{}", program.display()));
    }
    succeed(&mut command)
}

fn rust_kernels() -> Fallible<Vec<String>> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(RUST).map_err(|error| format!("{RUST}: {error}"))? {
        let entry = entry?;
        let manifest = fs::read_to_string(entry.path().join("Cargo.toml")).unwrap_or_default();
        let name = entry.file_name().to_string_lossy().into_owned();
        // Natively, one with wasm's SIMD would be its sibling once more.
        let kernel = |line: &str| line.starts_with("crate-type") && line.contains("cdylib");
        if manifest.lines().any(kernel) && !name.ends_with("_simd") {
            packages.push(name);
        }
    }
    Ok(packages)
}

/// Builds the packages with the profile of their own workspace, each alone, as the modules are: features that one of
/// them asks of a crate are not the others', and a name may be a dependency's too.
fn rust(flavour: &Flavour, packages: &[String], target: &Path, bundle: &Path) -> Fallible {
    for package in packages {
        let mut cargo = Command::new(env::var("CARGO")?);
        cargo.args(["build", "--quiet", "--locked", "--release", "--lib", "--manifest-path"]);
        cargo.arg(Path::new(RUST).join(package).join("Cargo.toml"));
        // Clippy checks this package by a wrapper, and is not to build others with it.
        cargo.env_remove("RUSTC_WORKSPACE_WRAPPER");
        cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", flavour.rust);
        succeed(cargo.env("CARGO_TARGET_DIR", target))?;
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
