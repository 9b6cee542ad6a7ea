//! Tells the adapter which wasmi is linked: the library itself does not say.

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=Cargo.lock");
    let lock = std::fs::read_to_string("Cargo.lock").map_err(|error| format!("Cargo.lock: {error}"))?;
    let version = lock
        .split("[[package]]")
        .filter(|package| package.contains("\nname = \"wasmi\"\n"))
        .find_map(|package| package.split("\nversion = \"").nth(1)?.split('"').next())
        .ok_or("Cargo.lock has no wasmi: run `cargo generate-lockfile`")?;
    println!("cargo::rustc-env=WASMI_VERSION={version}");
    Ok(())
}
