//! Records how an engine was built, as far as its library or worker file shows it. The build is a factor, as the
//! version is. Anything that the file does not show is recorded as `unknown`, never assumed.

use std::{collections::BTreeSet, fmt};

use object::{Object, ObjectSection};

/// What the file of a library or a program shows of its build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildRecord {
    /// The compilers and linkers, by the section `.comment`, which a distribution may have removed.
    pub compilers: BTreeSet<String>,
    /// Whether it can stop at a failed C assertion: it was compiled without NDEBUG.
    pub assertions: bool,
    /// Whether functions check their stack when they return (`-fstack-protector`).
    pub stack_protector: bool,
    /// Whether calls of the C library check the sizes of buffers (`_FORTIFY_SOURCE`).
    pub fortified: bool,
}

impl BuildRecord {
    /// Reads it from the bytes of an ELF file; `None` of anything else.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<BuildRecord> {
        let file = object::File::parse(bytes).ok()?;
        let imports = file.imports().ok()?;
        let names = || imports.iter().map(|import| import.name());
        let comment = file.section_by_name(".comment").and_then(|section| section.data().ok());
        let strings = comment.unwrap_or_default().split(|byte| *byte == 0);
        let strings = strings.map(|one| String::from_utf8_lossy(one).trim().to_string());
        Some(BuildRecord {
            compilers: strings.filter(|one| !one.is_empty()).collect(),
            assertions: names().any(|name| name == b"__assert_fail"),
            stack_protector: names().any(|name| name == b"__stack_chk_fail"),
            fortified: names().any(|name| name.starts_with(b"__") && name.ends_with(b"_chk")),
        })
    }
}

impl fmt::Display for BuildRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compilers: Vec<&str> = self.compilers.iter().map(String::as_str).collect();
        match compilers.as_slice() {
            [] => write!(formatter, "compiler unknown (the file has no .comment)")?,
            names => write!(formatter, "{}", names.join(", "))?,
        }
        let found = [
            (self.assertions, "assertions on"),
            (self.stack_protector, "stack protector"),
            (self.fortified, "fortified"),
        ];
        found.iter().filter(|(is, _)| *is).try_for_each(|(_, name)| write!(formatter, "; {name}"))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, process::Command};

    use super::*;

    /// A library from this C source, compiled with these options.
    fn library(folder: &Path, source: &str, options: &[&str]) -> Vec<u8> {
        let (from, to) = (folder.join("library.c"), folder.join("library.so"));
        fs::write(&from, source).expect("a file");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&to).arg(&from).args(options);
        assert!(compiler.status().expect("a C compiler").success());
        fs::read(to).expect("a library")
    }

    #[test]
    fn assertions_and_hardening_show_in_what_a_library_imports() {
        const SOURCE: &str = "#include <assert.h>\n#include <string.h>\n\
            void fill(char *); int f(const char *from, int n) {\n\
            assert(n < 9); char to[64]; fill(to); strcpy(to, from); fill(to); return to[n]; }\n";
        let folder = tempfile::tempdir().expect("a folder");
        let plain = ["-DNDEBUG", "-fno-stack-protector", "-U_FORTIFY_SOURCE"];
        let record = BuildRecord::of(&library(folder.path(), SOURCE, &plain)).expect("a record");
        assert!(!record.assertions && !record.stack_protector && !record.fortified, "{record:?}");
        assert!(record.compilers.iter().any(|name| name.contains("GCC") || name.contains("clang")));
        let hardened = ["-fstack-protector-all", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2"];
        let record = BuildRecord::of(&library(folder.path(), SOURCE, &hardened)).expect("a record");
        assert!(record.to_string().ends_with("; assertions on; stack protector; fortified"), "{record}");

        let stripped = [&plain[..], &["-Wl,-s"]].concat();
        library(folder.path(), SOURCE, &stripped);
        let so = folder.path().join("library.so");
        let objcopy = Command::new("objcopy").args(["--remove-section", ".comment"]).arg(&so).status();
        assert!(objcopy.expect("objcopy").success());
        let record = BuildRecord::of(&fs::read(so).expect("a library")).expect("a record");
        assert_eq!(record.to_string(), "compiler unknown (the file has no .comment)");
    }

    #[test]
    fn what_is_no_library_has_no_record() {
        assert_eq!(BuildRecord::of(b"no library"), None);
        assert_eq!(BuildRecord::of(b"\x7fELF"), None);
    }
}
