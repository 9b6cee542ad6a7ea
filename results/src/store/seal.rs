//! A checksum inside a Parquet file. Parquet's own are of pages and not of the footer, and a reader need not check them:
//! of the flipped bits of a small file, the crate `parquet` takes some for other values and panics on some (a test of
//! `table.rs` shows that). With this a flipped bit is an error before anything is decoded.
//!
//! Readers find the footer from the end of a file, and everything else by positions that the footer gives. So bytes
//! right before the footer belong to no column, and the file stays an ordinary Parquet file:
//!
//! ```text
//! PAR1 columns... | "wasmark\n" sha256 | footer, its length (4 bytes, little endian), PAR1
//! ```
//!
//! The sha256 is of everything else in the file.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::error::{Damage, Result};

const MARK: &[u8; 8] = b"wasmark\n";
const SEAL: usize = MARK.len() + 32;
/// The footer's length and the closing magic.
const END: usize = 8;

/// The Parquet file with its checksum.
///
/// # Errors
/// Where the bytes are no Parquet file.
pub fn seal(parquet: &[u8]) -> Result<Vec<u8>, Damage> {
    let (columns, footer) = parquet.split_at(footer(parquet).ok_or(Damage::NoFooter)?);
    Ok([columns, MARK, &checksum(columns, footer), footer].concat())
}

/// Whether the file is as it was sealed.
///
/// # Errors
/// Where it is not, or was never sealed.
pub fn check(file: &[u8]) -> Result<(), Damage> {
    let sealed = || {
        let (before, footer) = file.split_at(footer(file)?);
        let (columns, seal) = before.split_at(before.len().checked_sub(SEAL)?);
        Some((columns, seal.strip_prefix(MARK)?, footer))
    };
    let (columns, expected, footer) = sealed().ok_or(Damage::NoChecksum)?;
    if checksum(columns, footer) == expected { Ok(()) } else { Err(Damage::Checksum) }
}

/// The checksum that the file carries, which is not compared with its content: only the end of the file is read.
///
/// # Errors
/// Where the file cannot be read, is cut off, or was never sealed.
pub fn read(path: &Path) -> Result<[u8; 32], Damage> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let tail = |file: &mut File, before_end: u64, bytes: &mut [u8]| -> std::io::Result<bool> {
        let Some(at) = length.checked_sub(before_end) else { return Ok(false) };
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(bytes)?;
        Ok(true)
    };
    let mut end = [0; END];
    let mut seal = [0; SEAL];
    let whole = tail(&mut file, END as u64, &mut end)? && {
        let footer = u32::from_le_bytes([end[0], end[1], end[2], end[3]]);
        let before_end = END as u64 + u64::from(footer) + SEAL as u64;
        end.ends_with(b"PAR1") && tail(&mut file, before_end, &mut seal)?
    };
    let checksum = seal.strip_prefix(MARK).filter(|_| whole).and_then(|checksum| checksum.try_into().ok());
    checksum.ok_or(Damage::NoChecksum)
}

/// Where the footer begins.
fn footer(file: &[u8]) -> Option<usize> {
    let end = file.len().checked_sub(END)?;
    let (length, magic) = file[end..].split_at(4);
    let length = u32::from_le_bytes(length.try_into().ok()?);
    (magic == b"PAR1").then(|| end.checked_sub(length as usize)).flatten()
}

fn checksum(columns: &[u8], footer: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(columns).chain_update(footer).finalize().into()
}
