//! Links the worker so that it finds WasmEdge's library where it was built against it.
//!
//! `WASMEDGE_DIR` is the library's prefix; wasmedge-sys, which links it, also takes `WASMEDGE_INCLUDE_DIR` with
//! `WASMEDGE_LIB_DIR`, which it prefers, and `WASMEDGE_BUILD_DIR`. `WASMEDGE_SYSROOT` is set where the library comes from a newer system than
//! this one (the set-up makes such a private root): the worker then starts with that root's loader and libraries,
//! libc included. A program for an older libc runs on a newer one.

use std::{env, fs, path::PathBuf};

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name: &str| {
        println!("cargo::rerun-if-env-changed={name}");
        env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    };
    let within = |name: &str, folders: [&'static str; 2]| {
        variable(name).into_iter().flat_map(move |prefix| folders.map(|folder| prefix.join(folder)))
    };
    // In the order in which wasmedge-sys looks: what is linked is what is loaded.
    let named: Vec<PathBuf> = variable("WASMEDGE_INCLUDE_DIR")
        .and(variable("WASMEDGE_LIB_DIR"))
        .into_iter()
        .chain(within("WASMEDGE_DIR", ["lib64", "lib"]))
        .chain(within("WASMEDGE_BUILD_DIR", ["lib64/api", "lib/api"]))
        .collect();
    let Some(root) = variable("WASMEDGE_SYSROOT") else {
        // Where an installed worker has it.
        println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN/lib");
        for folder in named {
            println!("cargo::rustc-link-arg=-Wl,-rpath,{}", folder.display());
        }
        return Ok(());
    };
    let linked = named.iter().find_map(|folder| fs::canonicalize(folder.join("libwasmedge.so")).ok());
    if let (Some(linked), Ok(root)) = (linked, fs::canonicalize(&root))
        && !linked.starts_with(&root)
    {
        let (linked, root) = (linked.display(), root.display());
        return Err(format!(
            "{linked} is not in WASMEDGE_SYSROOT={root}, whose library would be loaded: unset WASMEDGE_SYSROOT, or set it to nothing"
        ));
    }
    let broken = || format!("WASMEDGE_SYSROOT={} holds no WasmEdge: run ./setup.sh", root.display());
    let folders = fs::read_dir(root.join("usr/lib")).map_err(|_| broken())?;
    let libraries = folders
        .filter_map(|folder| fs::canonicalize(folder.ok()?.path()).ok())
        .find(|folder| folder.join("libwasmedge.so").exists())
        .ok_or_else(broken)?;
    let loader = fs::read_dir(&libraries)
        .map_err(|_| broken())?
        .filter_map(|file| Some(file.ok()?.path()))
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ld-linux")))
        .ok_or_else(broken)?;
    for argument in [
        format!("--dynamic-linker={}", loader.display()),
        // An rpath and not a runpath, which would not reach the libraries' own libraries. An installed worker has them
        // beside it.
        "--disable-new-dtags".to_owned(),
        "-rpath,$ORIGIN/root".to_owned(),
        format!("-rpath,{}", libraries.display()),
        // Symbols of the newer libc, which the linker of this system does not see.
        "--allow-shlib-undefined".to_owned(),
    ] {
        println!("cargo::rustc-link-arg=-Wl,{argument}");
    }
    Ok(())
}
