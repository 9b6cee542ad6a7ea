//! What a side is, from the words of the command line.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use wasmark_runner::{
    error::failed_to,
    workers::{find::PREFIX, version},
};

use crate::{Error, Result, revision};

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// A module of the user's own.
    Module(PathBuf),
    /// Worker programs.
    Workers(Vec<PathBuf>),
    /// A checkout's folder, as it is now.
    Checkout(PathBuf),
    /// A git revision, by its full hash.
    Revision(String),
    /// A runtime, perhaps of a chosen version.
    Runtime(String),
    /// A configuration of one.
    Configuration(String),
}

/// What can be compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two modules on the same runtimes.
    Modules,
    /// Two workers of the same runtimes with the same modules.
    Workers,
    /// Two configurations with the same modules.
    Configurations,
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spec::Module(path) | Spec::Checkout(path) => write!(f, "{}", path.display()),
            Spec::Workers(paths) => {
                let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
                f.write_str(&names.join(", "))
            }
            Spec::Revision(hash) => write!(f, "revision {}", hash.get(..12).unwrap_or(hash)),
            Spec::Runtime(name) | Spec::Configuration(name) => f.write_str(name),
        }
    }
}

impl Spec {
    /// Reads a side. What is there as a file or a folder is that; then a runtime that is known; then a git revision.
    ///
    /// # Errors
    /// Where it is none of these.
    pub fn parse(text: &str, runtimes: &[String]) -> Result<Spec> {
        let path = Path::new(text);
        if path.is_dir() {
            return of_folder(path);
        }
        if path.is_file() {
            return of_file(path);
        }
        let (runtime, configuration) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let name = version::bare(runtime);
        if runtimes.iter().any(|known| known == name) {
            return Ok(match configuration {
                Some(_) => Spec::Configuration(text.to_string()),
                None => Spec::Runtime(text.to_string()),
            });
        }
        match revision::resolve(Path::new("."), text)? {
            Some(hash) => Ok(Spec::Revision(hash)),
            None => Err(Error::NoSide(text.to_string())),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Spec::Module(_) => Kind::Modules,
            Spec::Configuration(_) => Kind::Configurations,
            Spec::Workers(_) | Spec::Checkout(_) | Spec::Revision(_) | Spec::Runtime(_) => Kind::Workers,
        }
    }
}

/// What two sides have in common.
///
/// # Errors
/// Where they cannot be compared.
pub fn kind(base: &Spec, candidate: &Spec) -> Result<Kind> {
    if base.kind() == candidate.kind() {
        return Ok(base.kind());
    }
    Err(Error::Kinds { base: base.to_string(), candidate: candidate.to_string() })
}

fn of_file(path: &Path) -> Result<Spec> {
    use std::os::unix::fs::PermissionsExt;
    let bytes = std::fs::read(path).map_err(failed_to("read", path, "make it readable"))?;
    let text = path.extension().is_some_and(|ending| ending == "wat");
    if bytes.starts_with(b"\0asm") || text || path.extension().is_some_and(|ending| ending == "wasm") {
        return Ok(Spec::Module(path.to_path_buf()));
    }
    let mode = std::fs::metadata(path).map_or(0, |file| file.permissions().mode());
    if mode & 0o111 == 0 {
        return Err(Error::Unusable(path.to_path_buf()));
    }
    Ok(Spec::Workers(vec![path.to_path_buf()]))
}

/// A folder is a bundle of workers where it holds any, else a checkout.
fn of_folder(path: &Path) -> Result<Spec> {
    let entries = std::fs::read_dir(path).map_err(failed_to("read", path, ""))?;
    let worker = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(PREFIX) && !name.ends_with(".d") && path.is_file()
    };
    let mut workers: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(worker).collect();
    workers.sort();
    if !workers.is_empty() {
        return Ok(Spec::Workers(workers));
    }
    Ok(Spec::Checkout(path.canonicalize().map_err(failed_to("find", path, ""))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Spec> {
        Spec::parse(text, &["wasmtime".to_string(), "wasmi".to_string()])
    }

    #[test]
    fn runtimes_configurations_and_files_are_distinguished() {
        assert_eq!(parse("wasmtime@47.0.4").expect("a side"), Spec::Runtime("wasmtime@47.0.4".into()));
        assert_eq!(
            parse("wasmtime/pooling").expect("a side"),
            Spec::Configuration("wasmtime/pooling".into())
        );
        let folder = tempfile::tempdir().expect("a folder");
        let module = folder.path().join("a.bin");
        std::fs::write(&module, b"\0asm\x01\0\0\0").expect("a file");
        assert_eq!(parse(&module.display().to_string()).expect("a side"), Spec::Module(module.clone()));
        std::fs::write(&module, b"text").expect("a file");
        let problem = parse(&module.display().to_string()).expect_err("no side").to_string();
        assert!(problem.contains("neither a module nor a program"), "{problem}");
        std::fs::write(folder.path().join("wasmark-worker-x"), b"").expect("a file");
        assert!(
            matches!(parse(&folder.path().display().to_string()), Ok(Spec::Workers(one)) if one.len() == 1)
        );
    }

    #[test]
    fn sides_of_different_kinds_are_not_compared() {
        let [module, runtime] = [Spec::Module("a".into()), Spec::Runtime("wasmtime".into())];
        assert_eq!(kind(&runtime, &Spec::Revision("abc".into())).expect("both are workers"), Kind::Workers);
        let problem = kind(&module, &runtime).expect_err("different").to_string();
        assert!(problem.contains("different kinds"), "{problem}");
    }
}
