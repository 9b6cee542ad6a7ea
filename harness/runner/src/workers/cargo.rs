//! Running cargo in a runtime's package, and saying in words what it complained of.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use super::{
    Error,
    compilation::{self, Compilation},
    find::{Metadata, PREFIX, Package},
    jobs,
    setup::Setup,
};
use crate::{
    Result,
    error::{failed, failed_to},
    paths,
};

/// What cargo made: the program, and the folder of what travels with it.
pub struct Products {
    pub program: PathBuf,
    pub bundle: Option<PathBuf>,
}

/// What of a package is built.
#[derive(Clone, Copy)]
pub struct Goal<'a> {
    pub program: Program<'a>,
    /// The seed of the order in which the program's functions are linked; the linker's own order without one.
    pub layout: Option<u32>,
}

/// A program of a package.
#[derive(Clone, Copy)]
pub enum Program<'a> {
    Worker,
    /// The example of this name.
    Example(&'a str),
}

impl Goal<'_> {
    /// The name of the program.
    fn name(self, package: &Package) -> String {
        match self.program {
            Program::Worker => format!("{PREFIX}{}", package.name),
            Program::Example(name) => name.to_string(),
        }
    }

    /// Cargo's command for it.
    fn command(self) -> &'static str {
        if self.layout.is_some() { "rustc" } else { "build" }
    }

    /// How cargo is asked for it.
    fn arguments(self, package: &Package) -> Vec<String> {
        let mut arguments = match (self.program, self.layout) {
            (Program::Worker, None) => Vec::new(),
            (Program::Worker, Some(_)) => vec!["--bin".to_string(), self.name(package)],
            (Program::Example(name), _) => vec!["--example".to_string(), name.to_string()],
        };
        // Every function has a section of its own, and lld, which rustc links with, puts them in another order.
        let order = |seed| format!("-Clink-arg=-Wl,--shuffle-sections=.text*={seed}");
        arguments.extend(self.layout.into_iter().flat_map(|seed| ["--".to_string(), order(seed)]));
        arguments
    }
}

/// What fails without cargo, and the remedy.
const RUN_CARGO: &str = "run cargo; install Rust from https://rustup.rs";

/// Why cargo did not do it.
pub struct Refusal {
    /// What it printed, in short.
    why: String,
    /// Where all of its output is.
    log: PathBuf,
}

impl Refusal {
    /// The error of a caller that knows what was to be done, and what to do instead.
    pub fn explain(self, doing: String, remedy: &str) -> Error {
        Error::Cargo { doing, why: self.why, remedy: remedy.to_string(), log: self.log }
    }
}

/// The lines of cargo's `--message-format=json` that matter here.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact {
        package_id: String,
        target: Target,
        executable: Option<PathBuf>,
    },
    BuildScriptExecuted {
        package_id: String,
        out_dir: PathBuf,
    },
    #[serde(other)]
    Other,
}
#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds what is wanted of a package, and shows how far that is. Waits until fewer builds are under way than the machine has
/// processors for. `label` names the log. `keep` copies the products: meanwhile no other build of the package, with
/// another version or profile, replaces them.
///
/// # Errors
/// Where cargo cannot be run, or its log cannot be written; those of `keep`.
pub fn build(
    label: &str,
    package: &Package,
    setup: &Setup,
    goal: Goal<'_>,
    keep: impl FnOnce(&Products) -> Result<()>,
) -> Result<Result<(), Refusal>> {
    let total = packages(label, package, setup)?;
    let (mut command, log) = cargo(label, &package.folder, &package.metadata, &package.checkout, setup)?;
    let progress = log.with_extension("progress");
    fs::remove_file(&progress).ok();
    let group = package.metadata.builds_with.as_deref().unwrap_or(&package.name);
    let target = paths::build_target(&package.checkout, group)?;
    command
        .envs(&package.build)
        .args([
            goal.command(),
            "--release",
            "--locked",
            "--message-format=json-render-diagnostics",
            "--target-dir",
        ])
        .arg(&target)
        .args(goal.arguments(package))
        // A build script that takes long writes here what it does.
        .env("WASMARK_PROGRESS", &progress)
        .stdout(Stdio::piped());
    let compilation = Compilation::wait(label, &log, &progress);
    let turn = jobs::turn(&target);
    let _turn = turn.lock();
    let _job = jobs::begin(&mut command).map_err(failed("share the processors between builds"))?;
    compilation.begin(total);
    let mut child = command.spawn().map_err(failed(RUN_CARGO))?;
    let (mut program, mut bundle) = (None, None);
    let (own, wanted) = (format!("wasmark-{}", package.name), goal.name(package));
    let lines = child.stdout.take().into_iter().flat_map(|output| BufReader::new(output).lines());
    for line in lines {
        let line = line.map_err(failed("read from cargo"))?;
        match serde_json::from_str(&line).unwrap_or(Message::Other) {
            Message::CompilerArtifact { package_id, target, executable } => {
                // A package's build script is compiled long before itself.
                if !target.kind.iter().any(|kind| kind == "custom-build") {
                    compilation.done(&package_id);
                }
                program = executable.filter(|_| target.name == wanted).or(program);
            }
            Message::BuildScriptExecuted { package_id, out_dir } => {
                // An id ends in `#name@version`, or in `/name#version` where the folder has the package's name.
                let of_worker =
                    package_id.contains(&format!("#{own}@")) || package_id.contains(&format!("/{own}#"));
                bundle = of_worker.then(|| out_dir.join("bundle")).filter(|path| path.is_dir()).or(bundle);
            }
            Message::Other => {}
        }
    }
    let status = child.wait().map_err(failed("wait for cargo"))?;
    if !status.success() {
        return Ok(Err(refusal(log)));
    }
    compilation.end();
    let program = program.ok_or(Error::NoProgram { program: wanted, package: own })?;
    keep(&Products { program, bundle }).map(Ok)
}

/// The number of packages that the build compiles; none where cargo does not answer, which the build then explains.
fn packages(label: &str, package: &Package, setup: &Setup) -> Result<Option<usize>> {
    let (mut command, _) = cargo(label, &package.folder, &package.metadata, &package.checkout, setup)?;
    command.args(["metadata", "--format-version", "1", "--locked"]);
    command.args(host().iter().flat_map(|host| ["--filter-platform", host]));
    let output = command.stdout(Stdio::piped()).output();
    Ok(output
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| compilation::packages(&output.stdout)))
}

/// The target that rustc compiles for.
fn host() -> Option<String> {
    let output = Command::new("rustc").arg("-vV").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_string)
}

/// Adds to the lock file in `folder` what is missing there, and changes no more of it than it has to.
///
/// # Errors
/// As [`build`].
pub fn complete_lock(
    label: &str,
    folder: &Path,
    metadata: &Metadata,
    setup: &Setup,
) -> Result<Result<(), Refusal>> {
    let (mut command, log) = cargo(label, folder, metadata, &paths::checkout(), setup)?;
    let status =
        command.args(["update", "--workspace"]).stdout(Stdio::null()).status().map_err(failed(RUN_CARGO))?;
    Ok(if status.success() { Ok(()) } else { Err(refusal(log)) })
}

/// Cargo in a package's folder, and the log that it writes to.
fn cargo(
    label: &str,
    folder: &Path,
    metadata: &Metadata,
    checkout: &Path,
    setup: &Setup,
) -> Result<(Command, PathBuf)> {
    let log = paths::cache()?.join("logs").join(format!("{label}.log"));
    paths::make_parent(&log)?;
    let stderr = File::create(&log).map_err(failed_to("write", &log, ""))?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(folder)
        .envs(setup.variables(metadata))
        // What .cargo/config.toml has, letter for letter, for packages that it does not reach.
        .env("WASMARK_CHECKOUT", checkout.join(""))
        .stdin(Stdio::null())
        .stderr(stderr);
    Ok((command, log))
}

fn refusal(log: PathBuf) -> Refusal {
    let text = fs::read_to_string(&log).unwrap_or_default();
    let why = match log.parent().filter(|folder| text.contains(NO_SPACE) || is_full(folder)) {
        Some(folder) => format!(
            "no space is left for {}; free some, or set WASMARK_CACHE to a folder where 6 GB are free",
            folder.display()
        ),
        None => complaint(&text),
    };
    Refusal { why, log }
}

/// What programs print where a disk is full.
const NO_SPACE: &str = "No space left on device";

/// Whether the disk of a folder is full: then not even cargo's output could be kept.
fn is_full(folder: &Path) -> bool {
    let written = tempfile::tempfile_in(folder).and_then(|mut file| file.write_all(&[0; 1 << 16]));
    written.is_err_and(|error| error.kind() == io::ErrorKind::StorageFull)
}

/// What an output complains of: the first errors of the compiler with their places, what cargo's resolver prints, or
/// else its last lines.
fn complaint(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let errors: Vec<String> = lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("error") && pair[1].starts_with("--> "))
        .map(|pair| format!("{} ({})", pair[0], &pair[1][4..]))
        .collect();
    if !errors.is_empty() {
        let more = match errors.len() {
            0..=3 => String::new(),
            all => format!("; and {} more", all - 3),
        };
        let first: Vec<&str> = errors.iter().take(3).map(String::as_str).collect();
        return format!("the compiler reports {}{more}", first.join("; "));
    }
    match lines.iter().position(|line| line.starts_with("error: failed to select a version")) {
        Some(start) => {
            // Where it looked, and for whom, is known.
            let known = ["location searched:", "required by", "... required by"];
            let is_news = |line: &&&str| !known.iter().any(|words| line.starts_with(words));
            let rest: Vec<&str> = lines[start..].iter().filter(is_news).map(clause).take(4).collect();
            format!("cargo reports {}", rest.join("; ").trim_start_matches("error: "))
        }
        None => format!("\n  {}", lines[lines.len().saturating_sub(12)..].join("\n  ")),
    }
}

/// The line without the full stop at its end, if it ends in one.
fn clause<'a>(line: &&'a str) -> &'a str {
    line.strip_suffix('.').filter(|rest| !rest.ends_with('.')).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn a_compiler_s_first_errors_are_reported_with_their_places() {
        let error = |number: u32| {
            format!("error[E0432]: unresolved import `x{number}`\n  --> src/lib.rs:{number}:5\n   |\n\n")
        };
        let end = "error: could not compile `wasmark-x` (lib) due to 2 previous errors\n";
        let text = format!("   Compiling x v1.0.0\n{}{}{end}", error(1), error(2));
        let two = "the compiler reports error[E0432]: unresolved import `x1` (src/lib.rs:1:5); \
                   error[E0432]: unresolved import `x2` (src/lib.rs:2:5)";
        assert_eq!(complaint(&text), two);
        let four: String = (1..=4).map(error).collect();
        assert!(complaint(&four).ends_with("(src/lib.rs:3:5); and 1 more"));
    }

    #[test]
    fn a_resolver_s_words_are_one_sentence_and_anything_else_is_its_last_lines() {
        let text = "    Updating crates.io index\nerror: failed to select a version for the requirement `x = \"=9.9.9\"`\n\
                    candidate versions found which didn't match: 2.0.0, ...\nlocation searched: crates.io index\n";
        assert_eq!(
            complaint(text),
            "cargo reports failed to select a version for the requirement `x = \"=9.9.9\"`; \
             candidate versions found which didn't match: 2.0.0, ..."
        );
        assert_eq!(complaint("one\n\ntwo\n"), "\n  one\n  two");
    }
}
