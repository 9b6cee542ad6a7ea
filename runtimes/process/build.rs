//! Builds the two programs that are started, and lays them into `$OUT_DIR/bundle`, from where wasmark takes them, with
//! what node is started with.

use std::{env, error::Error, fs, path::Path};

/// The folder of the kernel that the programs answer with: the same source as the module's.
const KERNELS: &str = "../../workloads/guests/c";

/// What node runs, and the kernel's module that it answers with, by their names in the bundle.
const FOR_NODE: [(&str, &str); 2] = [
    ("program/node.js", "wasmark-process-node.js"),
    ("../../workloads/suite/noop/noop.wasm", "wasmark-process-noop.wasm"),
];

/// A program's file, the sources beside `main.c`, and what makes it what it is.
const PROGRAMS: [(&str, &[&str], &[&str]); 2] = [
    (
        "wasmark-process-static",
        &["program/bare.c"],
        // One segment and no library: nothing for the kernel to do that could be left out.
        &[
            "-static",
            "-no-pie",
            "-nostdlib",
            "-fno-stack-protector",
            "-Wl,-z,noseparate-code",
            "-Wl,-z,norelro",
        ],
    ),
    ("wasmark-process-dynamic", &[], &[]),
];

/// Builds this script again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");

fn main() -> Result<(), Box<dyn Error>> {
    for watched in ["build.rs", "program", &format!("{KERNELS}/noop.c"), &format!("{KERNELS}/kernel.h")] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let bundle = Path::new(&env::var("OUT_DIR")?).join("bundle");
    fs::create_dir_all(&bundle)?;
    println!("cargo::rustc-env=PROCESS_PROGRAMS={}", bundle.display());
    for (from, to) in FOR_NODE {
        println!("cargo::rerun-if-changed={from}");
        fs::copy(from, bundle.join(to))?;
    }

    let mut build = cc::Build::new();
    let compiler = build.opt_level_str("s").debug(false).warnings(true).try_get_compiler()?;
    let version = compiler.to_command().arg("--version").output()?.stdout;
    let version = String::from_utf8(version)?;
    let version = version.lines().next().ok_or("the compiler does not say its version")?;
    println!("cargo::rustc-env=PROCESS_C_COMPILER={version}");

    for (name, sources, options) in PROGRAMS {
        let mut command = compiler.to_command();
        command.args(["-std=c11", "-s", "-Wl,--build-id=none"]).args(options);
        command.arg("program/main.c").arg(format!("{KERNELS}/noop.c")).args(sources);
        let output = command.arg("-o").arg(bundle.join(name)).output()?;
        if !output.status.success() {
            return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
    }
    Ok(())
}
