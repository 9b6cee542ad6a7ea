//! Tells the adapter which wasmtime is linked: the library itself names its major version only.

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
    Ok(())
}
