//! Tells the adapter which wasmtime is linked: the library itself names its major version only. Where an interface
//! differs between the versions that the adapter builds with, it gets that, too.

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=Cargo.lock");
    let lock = std::fs::read_to_string("Cargo.lock").map_err(|error| format!("Cargo.lock: {error}"))?;
    let version = lock
        .split("[[package]]")
        .filter(|package| package.contains("\nname = \"wasmtime\"\n"))
        .find_map(|package| package.split("\nversion = \"").nth(1)?.split('"').next())
        .ok_or("Cargo.lock has no wasmtime: run `cargo generate-lockfile`")?;
    println!("cargo::rustc-env=WASMTIME_VERSION={version}");
    println!("cargo::rustc-check-cfg=cfg(separate_file_permissions)");
    let major: u32 = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(u32::MAX);
    if major < 48 {
        println!("cargo::rustc-cfg=separate_file_permissions");
    }
    Ok(())
}
