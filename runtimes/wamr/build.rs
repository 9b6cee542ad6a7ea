//! Lays the libraries of WAMR that travel with the worker into `$OUT_DIR/bundle`, from where wasmark takes them.

use std::{env, fs, path::PathBuf};

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

fn main() -> Result<(), String> {
    let folder =
        |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("{name} is not set"));
    let built = folder("DEP_WASMARK_WAMR_BUNDLE")?;
    let bundle = folder("OUT_DIR")?.join("bundle");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", built.display());
    // As WAMR's own samples are linked, although the loop by hand itself uses nothing of it. Where the dynamic loader first
    // meets libm with WAMR's library, it leaves a hole among the mappings, which makes instances cheaper
    // (docs/FINDINGS.md, "How many mappings a process has").
    println!("cargo::rustc-link-arg-examples=-Wl,--no-as-needed,-lm");

    // Nothing of an earlier build travels on.
    let _ = fs::remove_dir_all(&bundle);
    let copy = || -> std::io::Result<()> {
        fs::create_dir_all(&bundle)?;
        for library in fs::read_dir(&built)? {
            let library = library?;
            fs::copy(library.path(), bundle.join(library.file_name()))?;
        }
        Ok(())
    };
    copy().map_err(|error| format!("copying {} to {}: {error}", built.display(), bundle.display()))
}
