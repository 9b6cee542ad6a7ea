//! `build-release.sh` refuses what is not WasmEdge's source, and passes the options of a release to CMake. A small
//! project with WasmEdge's layout stands in for its source: the options reach it, and its product is what the set-up
//! takes.

use std::{fs, path::Path, process::Command};

/// Runs the script: its exit code, and its output with its errors.
fn build(source: &Path, prefix: &Path, llvm: &Path) -> (Option<i32>, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/build-release.sh");
    let output =
        Command::new(script).args([source, prefix]).env("WASMEDGE_LLVM", llvm).output().expect("bash");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Fails where an option is not a release's, and installs a library with its version.
const PROJECT: &str = r##"cmake_minimum_required(VERSION 3.18)
project(standin LANGUAGES C)
if(NOT CMAKE_BUILD_TYPE STREQUAL Release OR NOT WASMEDGE_USE_LLVM OR WASMEDGE_BUILD_TOOLS OR NOT LLVM_DIR OR NOT LLD_DIR)
  message(FATAL_ERROR "not a release")
endif()
file(WRITE ${CMAKE_BINARY_DIR}/one.c "int one(void) { return 1; }")
add_library(wasmedge SHARED ${CMAKE_BINARY_DIR}/one.c)
install(TARGETS wasmedge LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
file(STRINGS VERSION version)
file(WRITE ${CMAKE_BINARY_DIR}/version.h "#define WASMEDGE_VERSION \"${version}\"\n")
install(FILES ${CMAKE_BINARY_DIR}/version.h DESTINATION include/wasmedge)
"##;

#[test]
fn a_tree_of_the_right_version_becomes_a_release_and_others_are_refused() {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_release");
    fs::remove_dir_all(&home).ok();
    let [source, prefix, llvm] = ["a tree", "a prefix", "llvm"].map(|name| home.join(name));

    let (code, text) = build(&source, &prefix, &llvm);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("failed to find CMakeLists.txt in "), "{text}");

    write(&source.join("CMakeLists.txt"), PROJECT);
    for (version, part) in
        [("", "holds 'nothing'"), ("0.16.3\n", "holds '0.16.3', and the adapter binds 0.17.x")]
    {
        write(&source.join("VERSION"), version);
        let (code, text) = build(&source, &prefix, &llvm);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(part), "{text}");
    }

    write(&source.join("VERSION"), "0.17.9\n");
    let (code, text) = build(&source, &prefix, &llvm);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("failed to find LLVM in "), "{text}");

    for (part, file) in [("llvm", "LLVMConfig.cmake"), ("lld", "LLDConfig.cmake")] {
        write(&llvm.join("lib/cmake").join(part).join(file), "");
    }
    let (code, text) = build(&source, &prefix, &llvm);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("built WasmEdge 0.17.9; now: export WASMEDGE_DIR="), "{text}");
    assert!(prefix.join("lib/libwasmedge.so").is_file());
    let header = fs::read_to_string(prefix.join("include/wasmedge/version.h")).expect("a header");
    assert_eq!(header, "#define WASMEDGE_VERSION \"0.17.9\"\n");
}
