//! Modules: decoded and validated for running, or compiled for saving.

use std::{
    ffi::CString,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    ptr,
    sync::atomic::{AtomicU32, Ordering},
};

use wasmark_adapter::{Failure, FailureKind, Result};
use wasmedge_sys::ffi;

use crate::c::{
    context::{Ast, Compiler, Configure, Loader, Validator, check, text},
    log,
};

/// Code that runs, or an artifact that another process will run.
pub enum Module {
    /// A decoded and validated module, or an artifact that is linked.
    Loaded(Ast),
    /// What `save` moves to its place.
    Artifact(Artifact),
}

/// Decodes and validates a module.
pub fn from_wasm(settings: &Configure, wasm: &[u8]) -> Result<Ast> {
    let size = u32::try_from(wasm.len())
        .map_err(|_| Failure::new(FailureKind::Resource, "WasmEdge loads no module of 4 GiB or more"))?;
    load(settings, |loader, ast| {
        // SAFETY: the bytes are read, within their size, during the call.
        check(unsafe { ffi::WasmEdge_LoaderParseFromBuffer(loader.get(), ast, wasm.as_ptr(), size) })
    })
}

/// Links an artifact and decodes the module in it.
pub fn from_artifact(settings: &Configure, artifact: &Path) -> Result<Ast> {
    // A path with a slash: the system's linker looks for others in its own folders.
    let path = c_path(&fs::canonicalize(artifact)?)?;
    log::compiled(|| {
        load(settings, |loader, ast| {
            // SAFETY: the path is a C string. The file is what `save` wrote; its code runs in this process.
            check(unsafe { ffi::WasmEdge_LoaderParseFromFile(loader.get(), ast, path.as_ptr()) })
        })
    })
}

fn load(
    settings: &Configure,
    parse: impl FnOnce(&Loader, &mut *mut ffi::WasmEdge_ASTModuleContext) -> Result<()>,
) -> Result<Ast> {
    // SAFETY: contexts of our own, used while they live.
    unsafe {
        let loader = Loader::own(ffi::WasmEdge_LoaderCreate(settings.get()))?;
        let mut ast = ptr::null_mut();
        parse(&loader, &mut ast)?;
        let ast = Ast::own(ast)?;
        let validator = Validator::own(ffi::WasmEdge_ValidatorCreate(settings.get()))?;
        check(ffi::WasmEdge_ValidatorValidate(validator.get(), ast.get()))?;
        Ok(ast)
    }
}

/// The imports, as module and name.
pub fn imports(ast: &Ast) -> Vec<(String, String)> {
    // SAFETY: the list has as many entries as WasmEdge writes, and the names live as long as the module.
    unsafe {
        let count = ffi::WasmEdge_ASTModuleListImportsLength(ast.get());
        let mut list = vec![ptr::null(); count as usize];
        ffi::WasmEdge_ASTModuleListImports(ast.get(), list.as_mut_ptr(), count);
        list.into_iter()
            .map(|import| {
                (
                    text(ffi::WasmEdge_ImportTypeGetModuleName(import)),
                    text(ffi::WasmEdge_ImportTypeGetExternalName(import)),
                )
            })
            .collect()
    }
}

/// A compiled module. WasmEdge's compiler writes a file and nothing else, so it lies in the system's folder for
/// temporary files until `save` moves it.
pub struct Artifact(PathBuf);

impl Artifact {
    /// Compiles a module.
    pub fn compile(settings: &Configure, wasm: &[u8]) -> Result<Artifact> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let file = format!("wasmark-wasmedge-{}-{count}.so", std::process::id());
        let artifact = Artifact(std::env::temp_dir().join(file));
        let path = c_path(&artifact.0)?;
        // SAFETY: the bytes are read, within their size, during the call; the path is a C string.
        unsafe {
            let compiler = Compiler::own(ffi::WasmEdge_CompilerCreate(settings.get()))?;
            let size = wasm.len() as u64;
            check(ffi::WasmEdge_CompilerCompileFromBuffer(
                compiler.get(),
                wasm.as_ptr(),
                size,
                path.as_ptr(),
            ))?;
        }
        Ok(artifact)
    }

    /// Moves the file, once.
    pub fn save(&self, to: &Path) -> Result<()> {
        // Another file system takes a copy.
        if fs::rename(&self.0, to).is_err() {
            fs::copy(&self.0, to)?;
            fs::remove_file(&self.0)?;
        }
        Ok(())
    }
}

impl Drop for Artifact {
    fn drop(&mut self) {
        // Usually it has been moved.
        let _ = fs::remove_file(&self.0);
    }
}

fn c_path(path: &Path) -> Result<CString> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|_| Failure::engine(format!("open {}: the path has a NUL", path.display())))
}
