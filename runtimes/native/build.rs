//! Compiles every kernel in C, C++ and Rust into a library of its own and every command into a program, once for the
//! processor's baseline and once for this processor, and lays them into `$OUT_DIR/bundle` as `<configuration>-<name>.so`
//! and `<configuration>-<name>`.
//!
//! A kernel in C or C++ is a file with `KERNEL(<its name>)`, one in Rust a package with a `cdylib`; a command is a
//! file with a `main`, or a package that declares a guest and a command: as for the modules.

use std::{
    env,
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

/// A folder of kernels in one language, and its compiler with its options.
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
        // Nor by what a crate finds when it runs, where it can be switched off.
        rust: "-Cno-vectorize-loops -Cno-vectorize-slp --cfg sha2_backend=\"soft\" --cfg httparse_disable_simd",
    },
    Flavour { name: "o2-host", c: &["-march=native"], clang: &[], rust: "-Ctarget-cpu=native" },
];

/// The variable with the names of the twins that are compiled, and then as `o2` alone; where it is not set, all are.
const TWINS: &str = "WASMARK_TWINS";

/// Whether this is one of the twins that are compiled.
fn is_wanted(twin: &Twin) -> bool {
    env::var(TWINS).map_or(true, |names| names.split(' ').any(|name| name == twin.name))
}

/// The configurations that are compiled.
fn flavours() -> &'static [Flavour] {
    if env::var_os(TWINS).is_some() { &FLAVOURS[..1] } else { &FLAVOURS }
}

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

    println!("cargo::rerun-if-env-changed=WASMARK_LINT");
    println!("cargo::rerun-if-env-changed={TWINS}");
    let mut all_in_c = Vec::new();
    for language in &LANGUAGES {
        let compiler = compiler(language)?;
        if language.cpp == Cpp::No {
            let version = first_line(compiler.to_command().arg("--version"))?;
            println!("cargo::rustc-env=NATIVE_C_COMPILER={version}");
        }
        all_in_c.push((language, compiler));
    }
    // Lints look at the code alone.
    if env::var_os("WASMARK_LINT").is_some() {
        return Ok(());
    }
    let in_c = || -> Result<(), String> {
        let all = all_in_c.iter().try_for_each(|(language, compiler)| c(language, compiler, &out, &bundle));
        all.map_err(|error| error.to_string())
    };
    let twins = rust_twins()?;
    // Clippy has this script, and with it the folder for its products, once more: what cargo builds here is shared.
    let shared = out.ancestors().nth(3).ok_or("OUT_DIR is not in a target folder")?.join("native-twins");
    let in_rust = |flavour: &Flavour| -> Result<(), String> {
        let one = |twin| rust(flavour, twin, &shared.join(flavour.name), &bundle);
        twins.iter().try_for_each(one).map_err(|error| error.to_string())
    };
    // Each flavour has a target folder of its own, and cargo builds most of these packages on one core.
    thread::scope(|scope| {
        let in_c = scope.spawn(in_c);
        let in_rust = flavours().iter().map(|flavour| scope.spawn(|| in_rust(flavour)));
        // All are begun before the first is waited for.
        let under_way: Vec<_> = in_rust.chain([in_c]).collect();
        under_way
            .into_iter()
            .try_for_each(|one| one.join().unwrap_or_else(|_| Err("a build panicked".into())))
    })?;
    Ok(())
}

/// Writes what is compiled now to where wasmark reads it, while it waits for this script.
fn report(flavour: &Flavour, twin: &Twin) {
    let file = env::var_os("WASMARK_PROGRESS");
    let file = file.and_then(|path| fs::OpenOptions::new().create(true).append(true).open(path).ok());
    if let Some(mut file) = file {
        // Where it cannot be written, the build goes on without it.
        let _ = writeln!(file, "compiling {} ({})", twin.name, flavour.name);
    }
}

/// Compiles what a folder of C or C++ has.
fn c(language: &Language, compiler: &cc::Tool, out: &Path, bundle: &Path) -> Fallible {
    let twins = c_twins(language)?;
    if twins.is_empty() {
        return Ok(());
    }
    let vendor = vendor(language, out)?;
    for twin in twins {
        for flavour in flavours() {
            compile(compiler, language, flavour, &twin, bundle, &vendor)?;
        }
    }
    Ok(())
}

/// What is compiled: the source, which for Rust is the package's folder.
struct Twin {
    name: String,
    source: PathBuf,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Kernel,
    Command,
}

impl Twin {
    /// Its file in the bundle.
    fn file(&self, flavour: &Flavour) -> String {
        let end = if self.form == Form::Kernel { ".so" } else { "" };
        format!("{}-{}{end}", flavour.name, self.name)
    }
}

/// The same compiler as the modules', where it is there and no other is named.
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

/// What a folder of C or C++ has.
fn c_twins(language: &Language) -> Fallible<Vec<Twin>> {
    let mut twins = Vec::new();
    let folder = Path::new(language.folder).canonicalize();
    for entry in folder.and_then(fs::read_dir).map_err(|error| format!("{}: {error}", language.folder))? {
        let source = entry?.path();
        if !source.extension().is_some_and(|extension| extension == "c" || extension == "cpp") {
            continue;
        }
        let text = fs::read_to_string(&source)?;
        let mut kernels = text.lines().filter_map(|line| line.strip_prefix("KERNEL(")?.split_once(')'));
        if let Some((name, _)) = kernels.next() {
            twins.push(Twin { name: name.to_owned(), source, form: Form::Kernel });
        } else if text.lines().any(|line| line.starts_with("int main(")) {
            let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            twins.push(Twin { name, source, form: Form::Command });
        }
    }
    twins.retain(is_wanted);
    Ok(twins)
}

fn compile(
    compiler: &cc::Tool,
    language: &Language,
    flavour: &Flavour,
    twin: &Twin,
    bundle: &Path,
    vendor: &Path,
) -> Fallible {
    report(flavour, twin);
    let mut command = compiler.to_command();
    command.args(language.options).args(["-ffp-contract=off", "-fno-math-errno", "-s"]);
    if twin.form == Form::Kernel {
        // Hidden, so that calls within a library are as direct as within a module.
        command.args(["-shared", "-fPIC", "-fvisibility=hidden"]);
    }
    command.args(flavour.c);
    if compiler.is_like_clang() {
        command.args(flavour.clang);
    }
    command.arg(&twin.source).arg("-o").arg(bundle.join(twin.file(flavour)));
    // What the program around which the guest is needs; its paths begin at its sources.
    let program = twin.source.with_extension("args");
    if program.is_file() {
        command.current_dir(vendor).arg(format!("@{}", program.display()));
    }
    succeed(&mut command)
}

/// The guests in Rust.
fn rust_twins() -> Fallible<Vec<Twin>> {
    let mut twins = Vec::new();
    for entry in fs::read_dir(RUST).map_err(|error| format!("{RUST}: {error}"))? {
        let entry = entry?;
        let manifest = fs::read_to_string(entry.path().join("Cargo.toml")).unwrap_or_default();
        let name = entry.file_name().to_string_lossy().into_owned();
        let has = |key: &str, value: &str| {
            manifest.lines().any(|line| line.starts_with(key) && line.contains(value))
        };
        // Natively, one with wasm's SIMD would be its sibling once more.
        let form = if has("crate-type", "cdylib") && !name.ends_with("_simd") {
            Form::Kernel
        } else if has("kind", "command") {
            Form::Command
        } else {
            continue;
        };
        twins.push(Twin { name, source: entry.path(), form });
    }
    twins.retain(is_wanted);
    Ok(twins)
}

/// Builds a package with the profile of its own workspace, alone, as the modules are: features that one of them asks
/// of a crate are not the others', and a name may be a dependency's too.
fn rust(flavour: &Flavour, twin: &Twin, target: &Path, bundle: &Path) -> Fallible {
    report(flavour, twin);
    let (what, file) = match twin.form {
        Form::Kernel => ("--lib", format!("lib{}.so", twin.name)),
        Form::Command => ("--bins", twin.name.clone()),
    };
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo.args(["build", "--quiet", "--locked", "--release", what, "--manifest-path"]);
    cargo.arg(twin.source.join("Cargo.toml"));
    // Clippy checks this package by a wrapper, and is not to build others with it.
    cargo.env_remove("RUSTC_WORKSPACE_WRAPPER");
    cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", flavour.rust);
    succeed(cargo.env("CARGO_TARGET_DIR", target))?;
    fs::copy(target.join("release").join(file), bundle.join(twin.file(flavour)))?;
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
    Ok(line.ok_or("the compiler does not print its version")?)
}

include!("src/processor.rs");
