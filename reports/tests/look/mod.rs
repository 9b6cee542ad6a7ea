//! Opens a page in Chromium and looks at it by a script that is not the page's.

// Each test program uses a part of it.
#![allow(dead_code)]

use std::{env, fs, path::PathBuf, process::Command};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// The attribute of a frame in which the page's script does not run.
pub const WITHOUT_SCRIPT: &str = "allow-same-origin";
/// The attribute of a frame in which it does.
pub const WITH_SCRIPT: &str = "allow-same-origin allow-scripts allow-downloads";

/// The colours that the reader prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

/// What the page outside puts into the console, so that it is known that messages are seen.
const MESSAGE: &str = "looking at the page";
/// What may stand in the console: that, and what the browser has to remark of a frame that runs scripts.
const EXPECTED: [&str; 2] = [MESSAGE, "can escape its sandboxing"];

/// Whether browsers are left out.
pub fn skipped() -> bool {
    env::var("WASMARK_SKIP_BROWSER").is_ok_and(|skip| skip == "1")
}

/// The milliseconds of the main thread's CPU time in which Chromium makes a document of `page` and runs its script: until it
/// answers. Unlike wall time, it is the same on a busy machine. `None` where browsers are left out.
pub fn until_interactive(page: &str) -> Option<f64> {
    let browser = browser()?;
    let folder = tempfile::tempdir().unwrap();
    let (file, trace) = (folder.path().join("page.html"), folder.path().join("trace.json"));
    fs::write(&file, page).unwrap();
    let status = Command::new(&browser)
        .args(QUIET)
        .args(["--dump-dom", "--trace-startup=devtools.timeline", "--trace-startup-format=json"])
        .args(["--trace-startup-duration=20", &format!("--trace-startup-file={}", trace.display())])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(&file)
        .output();
    status.unwrap_or_else(|error| panic!("failed to start {}: {error}", browser.display()));
    let trace: Value = serde_json::from_str(&fs::read_to_string(&trace).unwrap()).unwrap();
    let parsing =
        trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["name"] == "ParseHTML");
    let micros: Vec<f64> = parsing.filter_map(|event| event["tdur"].as_f64()).collect();
    assert!(!micros.is_empty(), "Chromium records how long it parses");
    Some(micros.iter().sum::<f64>() / 1000.0)
}

/// What keeps Chromium to itself.
const QUIET: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
];

fn browser() -> Option<PathBuf> {
    if skipped() {
        return None;
    }
    if let Some(named) = env::var_os("WASMARK_BROWSER") {
        return Some(named.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file());
    Some(found.expect(
        "no browser was found to look at the page with: install one (Debian: apt-get install chromium), name one in \
         WASMARK_BROWSER, or set WASMARK_SKIP_BROWSER=1",
    ))
}

/// Opens `page` in a frame of `width` pixels (a window cannot be as narrow as a telephone) and returns what the body `script`
/// of an asynchronous function, which sees the frame's `win` and `doc`, gives back. `sandbox` is the frame's attribute:
/// without `allow-scripts` the page's own script does not run, while ours, outside, does. `None` where browsers are left out.
///
/// # Panics
/// Where the page's script ran and anything stands in the console: an error, or what the page's policy refused.
pub fn look(page: &str, width: u32, sandbox: &str, script: &str) -> Option<Value> {
    look_in(Scheme::Light, &[], page, width, sandbox, script)
}

/// The same for a reader who prefers such colours, with further files beside the page.
pub fn look_in(
    scheme: Scheme,
    files: &[(&str, &str)],
    page: &str,
    width: u32,
    sandbox: &str,
    script: &str,
) -> Option<Value> {
    let browser = browser()?;
    let folder = tempfile::tempdir().unwrap();
    // Timers run in virtual time, which waits for nothing. A dialog's `close`, which comes with a frame, and what a file
    // holds, which another process reads, come in real time. So each turn of `until` takes a few milliseconds of both, and
    // the budget is what several of them may take.
    let outside = format!(
        "<!DOCTYPE html><html style='color-scheme:light dark'><body style='margin:0'>\
         <iframe id=frame src=page.html sandbox='{sandbox}' style='border:0;width:{width}px;height:900px'></iframe>\
         <pre id=out></pre><script>console.info('{MESSAGE}');\
         frame.addEventListener('load', async () => {{ let result; try {{ \
         const win = frame.contentWindow, doc = frame.contentDocument; \
         const until = async (done) => {{ for (let turn = 0; turn < 400 && !done(); turn += 1) {{ \
         for (let burnt = 0; burnt < 2e6; burnt += 1) Math.sqrt(burnt); \
         await new Promise((next) => setTimeout(next, 10)); }} return done(); }}; \
         result = await (async () => {{ {script} }})(); }} catch (error) {{ result = {{ error: String(error) }}; }}\
         out.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(result)))); }}, {{ once: true }});</script>"
    );
    for (name, text) in files.iter().copied().chain([("page.html", page), ("outside.html", &outside)]) {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let output = Command::new(&browser)
        .args(QUIET)
        .args(["--allow-file-access-from-files", "--window-size=1600,1000", "--virtual-time-budget=40000"])
        .arg("--enable-logging=stderr")
        .arg(format!("--blink-settings=preferredColorScheme={}", if scheme == Scheme::Dark { 0 } else { 1 }))
        .arg("--dump-dom")
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(folder.path().join("outside.html"))
        .output()
        .unwrap_or_else(|error| panic!("failed to start {}: {error}", browser.display()));
    let dom = String::from_utf8_lossy(&output.stdout);
    let text =
        dom.split("<pre id=\"out\">").nth(1).and_then(|rest| rest.split("</pre>").next()).unwrap_or_default();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!text.is_empty(), "no answer from {}: {errors}", browser.display());
    let messages: Vec<&str> = errors.lines().filter(|line| line.contains(":CONSOLE")).collect();
    assert!(messages.iter().any(|line| line.contains(MESSAGE)), "messages are seen: {errors}");
    if sandbox == WITH_SCRIPT {
        let of_page = |line: &&&str| !EXPECTED.iter().any(|known| line.contains(known));
        assert_eq!(messages.iter().filter(of_page).collect::<Vec<_>>(), [&""; 0], "in the console");
    }
    let value: Value = serde_json::from_slice(&STANDARD.decode(text).unwrap()).unwrap();
    assert!(value.get("error").is_none(), "{value}");
    Some(value)
}
