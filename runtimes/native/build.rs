//! Compiles every kernel in C and writes the table of them. A kernel is a file that says `KERNEL(<its own name>)`;
//! programs beside them do not.

use std::{env, error::Error, fs, path::Path, process::Command};

const SOURCES: &str = "../../workloads/guests/c";

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SOURCES}");
    let mut kernels = Vec::new();
    for entry in fs::read_dir(SOURCES).map_err(|error| format!("{SOURCES}: {error}"))? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned) else { continue };
        if path.extension().is_some_and(|extension| extension == "c")
            && fs::read_to_string(&path)?.contains(&format!("\nKERNEL({name})"))
        {
            kernels.push((name, path));
        }
    }
    kernels.sort();

    let compiler = compile(kernels.iter().map(|(_, path)| path.as_path()))?;
    println!("cargo::rustc-env=NATIVE_C_COMPILER={compiler}");
    let rustc = first_line(Command::new(env::var("RUSTC")?).arg("--version"))?;
    println!("cargo::rustc-env=NATIVE_RUST_COMPILER={rustc}");

    let declarations: String =
        kernels.iter().map(|(name, _)| format!("    fn wasmark_{name}(n: i32) -> i64;\n")).collect();
    let rows: String = kernels.iter().map(|(name, _)| format!("    ({name:?}, wasmark_{name}),\n")).collect();
    let table = format!(
        "unsafe extern \"C\" {{\n{declarations}}}\n\
         /// The kernels in C, by name.\n\
         const C_KERNELS: [(&str, Kernel); {}] = [\n{rows}];\n",
        kernels.len()
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("kernels.rs"), table)?;
    Ok(())
}

/// Compiles the kernels as wasm can be compiled: for the processor's baseline, without vectors that the modules do
/// not have either, and without fused multiply-add. Returns the compiler's own name and version.
fn compile<'p>(paths: impl Iterator<Item = &'p Path>) -> Result<String, Box<dyn Error>> {
    let mut build = cc::Build::new();
    // The same compiler as the modules', where it is there.
    let clang = "clang-22";
    if env::var_os("CC").is_none() && first_line(Command::new(clang).arg("--version")).is_ok() {
        build.compiler(clang);
    }
    build.opt_level(2).debug(false).std("c11").warnings(true).extra_warnings(true);
    build.flags(["-ffp-contract=off", "-fno-math-errno", "-fno-tree-vectorize"]);
    let compiler = build.try_get_compiler()?;
    if compiler.is_like_clang() {
        build.flags(["-fno-vectorize", "-fno-slp-vectorize"]);
    }
    build.files(paths).try_compile("kernels")?;
    first_line(Command::new(compiler.path()).arg("--version"))
}

fn first_line(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output()?;
    let line = String::from_utf8(output.stdout)?.lines().next().map(str::to_owned);
    Ok(line.ok_or("the compiler does not say its version")?)
}
