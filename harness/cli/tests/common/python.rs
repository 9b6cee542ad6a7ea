//! The Python packages of the tests (`python.txt`), which `./setup.sh --test` leaves in wasmark's cache folder.

use std::{env, path::PathBuf, process::Command};

use wasmark_adapter::host::sha256;

/// Their folder, whose name follows from the list of them. `None` where `WASMARK_SKIP_PYTHON=1` leaves out the tests that
/// need them.
pub fn packages() -> Option<PathBuf> {
    if env::var("WASMARK_SKIP_PYTHON").is_ok_and(|skip| skip == "1") {
        eprintln!("WASMARK_SKIP_PYTHON leaves this test out");
        return None;
    }
    let list = sha256(include_bytes!("../python.txt"));
    let cache = wasmark_runner::paths::cache().expect("a cache folder");
    let packages = cache.join(format!("python-{}", &list[..12]));
    assert!(
        packages.is_dir(),
        "{} is not there: ./setup.sh --test fetches it; WASMARK_SKIP_PYTHON=1 leaves these tests out",
        packages.display()
    );
    Some(packages)
}

/// A program of theirs. `None` as of [`packages`].
pub fn program(name: &str) -> Option<Command> {
    let packages = packages()?;
    let mut command = Command::new(packages.join("bin").join(name));
    command.env("PYTHONPATH", packages);
    Some(command)
}
