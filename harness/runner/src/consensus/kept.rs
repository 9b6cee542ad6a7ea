//! What configurations gave, kept in the run's folder as it arrives: a run that goes on does not ask them again.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use super::Shown;
use crate::{Result, error::failed_to};

/// What to do where the file cannot be written.
const REMEDY: &str = "make the run's folder writable";

/// The file in the run's folder: a JSON document per line.
const FILE: &str = "agreement.jsonl";

/// Adds what one configuration gave.
///
/// # Errors
/// Where the disk does not take it.
pub fn append(folder: &Path, shown: &Shown) -> Result<()> {
    let path = folder.join(FILE);
    let mut line = serde_json::to_vec(shown)?;
    line.push(b'\n');
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(&line));
    Ok(written.map_err(failed_to("write", &path, REMEDY))?)
}

/// The outputs that are kept. An incomplete line, as of a run that was killed, is left out and ended, so that its
/// configuration is asked again.
///
/// # Errors
/// Where the file is there and cannot be read or mended.
pub fn read(folder: &Path) -> Result<Vec<Shown>> {
    let path = folder.join(FILE);
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(problem) => return Err(failed_to("read", &path, "make it readable")(problem).into()),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        let mended = OpenOptions::new().append(true).open(&path).and_then(|mut file| file.write_all(b"\n"));
        mended.map_err(failed_to("write", &path, REMEDY))?;
    }
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

#[cfg(test)]
mod tests {
    use wasmark_adapter::protocol::Output;

    use super::{super::Gave, *};

    #[test]
    fn what_is_kept_is_read_and_half_a_line_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(read(folder.path()).expect("nothing"), []);
        let one = |configuration: &str| Shown {
            workload: "my".into(),
            configuration: configuration.into(),
            gave: Gave::Output(Output::Checksum(-7)),
        };
        append(folder.path(), &one("a")).expect("a line");
        let path = folder.path().join(FILE);
        let mut text = fs::read_to_string(&path).expect("a file");
        text.push_str("{\"workload\": \"my\", \"conf");
        fs::write(&path, text).expect("a file");
        assert_eq!(read(folder.path()).expect("a line"), [one("a")]);
        append(folder.path(), &one("b")).expect("a line");
        assert_eq!(read(folder.path()).expect("both"), [one("a"), one("b")]);
    }
}
