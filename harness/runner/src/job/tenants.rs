//! The files of tenants: a copy of the artifact, or of the module, for each.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use wasmark_adapter::protocol::Code;

use crate::{Error, Result, error::failed_to};

/// The section in which a tenant's module differs from the others.
const SECTION: &str = "wasmark.tenant";

/// A folder with a file for each of so many tenants, in `artifacts`: where the file system can, copies of an artifact there
/// share the disk's blocks. They have the tenant's number as their name and the ending of the code's own file. The folder goes
/// when it is dropped.
///
/// # Errors
/// Where the code's file cannot be read, or a copy cannot be written.
pub fn files(code: &Code, tenants: u32, artifacts: &Path) -> Result<TempDir> {
    let made = tempfile::Builder::new().prefix("tenants-").tempdir_in(artifacts);
    let remedy = "free some space or choose another --output";
    let folder = made.map_err(failed_to("make a folder in", artifacts, remedy))?;
    let file = |tenant: u32, of: &Path| -> PathBuf {
        folder.path().join(tenant.to_string()).with_extension(of.extension().unwrap_or_default())
    };
    match code {
        Code::Artifact(path) => {
            for tenant in 0..tenants {
                let to = file(tenant, path);
                fs::copy(path, &to).map_err(|source| Error::Tenant { path: to, tenants, source })?;
            }
        }
        Code::Wasm(path) => {
            let module = fs::read(path).map_err(failed_to("read", path, "build it again"))?;
            for tenant in 0..tenants {
                let to = file(tenant, path);
                fs::write(&to, differing(&module, tenant)).map_err(|source| Error::Tenant {
                    path: to,
                    tenants,
                    source,
                })?;
            }
        }
        Code::Linked(_) => {}
    }
    Ok(folder)
}

/// The module with a custom section that has the tenant's number: to an engine that recognises equal modules, another one.
fn differing(module: &[u8], tenant: u32) -> Vec<u8> {
    let number = tenant.to_le_bytes();
    // The section's kind, its size, and the size of its name: each below 128, so a byte.
    let head = [0, (1 + SECTION.len() + number.len()) as u8, SECTION.len() as u8];
    [module, &head, SECTION.as_bytes(), &number].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenant_has_a_module_of_its_own_which_does_the_same() {
        let module = wat::parse_str("(module (func (export \"run\") (param i32) (result i64) i64.const 7))");
        let module = module.expect("a module");
        let (one, other) = (differing(&module, 1), differing(&module, 1000));
        assert_ne!(one, other);
        let seen = |bytes: &[u8]| wasmark_workloads::inspect(bytes).expect("a module").exports;
        assert_eq!(seen(&one), seen(&module));
        assert_eq!(seen(&other), seen(&module));
    }

    #[test]
    fn an_artifact_is_copied_for_each_tenant_and_the_copies_go() {
        let place = tempfile::tempdir().expect("a folder");
        let artifact = place.path().join("a--b.so");
        fs::write(&artifact, "code").expect("a file");
        let folder = files(&Code::Artifact(artifact), 3, place.path()).expect("files");
        let mut names: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
        names.sort_by_key(fs::DirEntry::file_name);
        assert_eq!(names.iter().map(fs::DirEntry::file_name).collect::<Vec<_>>(), ["0.so", "1.so", "2.so"]);
        assert_eq!(fs::read(names[2].path()).expect("a copy"), b"code");
        let path = folder.path().to_path_buf();
        drop(folder);
        assert!(!path.exists());
        let missing =
            files(&Code::Artifact("/nowhere.so".into()), 1, place.path()).expect_err("nothing there");
        assert!(missing.to_string().contains("failed to write"), "{missing}");
    }
}
