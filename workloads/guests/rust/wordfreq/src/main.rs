//! A WASI command as people write them in Rust: reads a text from a directory and stop-words from stdin, writes the
//! other words by frequency into a file, and a summary to stdout.
//!
//! `wordfreq <n> [directory]`. A unit is one reading of `text.txt`, one count and one writing of `counts.txt`.

use std::{
    collections::{HashMap, HashSet},
    env,
    fmt::Write as _,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What one unit found.
struct Summary {
    bytes: usize,
    words: usize,
    distinct: usize,
    top: Vec<(String, usize)>,
}

/// Counts once. The words count from the front of the file that `unit` points at, so that no two units are the same.
fn count(directory: &Path, stop: &HashSet<String>, unit: usize) -> io::Result<Summary> {
    let text = fs::read_to_string(directory.join("text.txt"))?;
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut words = 0;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).skip(unit % 16) {
        words += 1;
        let word = word.to_lowercase();
        if !stop.contains(&word) {
            *counts.entry(word).or_insert(0) += 1;
        }
    }
    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    sorted.sort_by(|(word, count), (other_word, other)| other.cmp(count).then_with(|| word.cmp(other_word)));
    let mut report = String::new();
    for (word, count) in &sorted {
        // Writing to a String does not fail.
        let _ = writeln!(report, "{count}\t{word}");
    }
    fs::write(directory.join("counts.txt"), report)?;
    let distinct = sorted.len();
    sorted.truncate(5);
    Ok(Summary { bytes: text.len(), words, distinct, top: sorted })
}

fn run(n: usize, directory: &Path) -> io::Result<()> {
    let mut stop = String::new();
    io::stdin().read_to_string(&mut stop)?;
    let stop: HashSet<String> = stop.split_whitespace().map(str::to_string).collect();
    for unit in 0..n {
        let Summary { bytes, words, distinct, top } = count(directory, &stop, unit)?;
        let top: Vec<String> = top.iter().map(|(word, count)| format!("{word} {count}")).collect();
        println!("{unit}: {bytes} bytes, {words} words, {distinct} distinct; {}", top.join(", "));
    }
    let written = fs::read(directory.join("counts.txt"))?;
    let checksum = written.iter().fold(0u64, |h, &byte| h.wrapping_mul(31) ^ u64::from(byte));
    println!("counts.txt: {} bytes, checksum {checksum:016x}", written.len());
    Ok(())
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let n = args.next().and_then(|n| n.parse().ok()).unwrap_or(1);
    let directory = PathBuf::from(args.next().unwrap_or_else(|| "/data".to_string()));
    match run(n, &directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wordfreq: failed to count the words in {}: {error}", directory.display());
            ExitCode::FAILURE
        }
    }
}
