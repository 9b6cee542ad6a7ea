//! Which pages of this process's memory are there.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use wasmtime::{Result, error::Context};

/// The system's page on x86-64; where pages are larger, the kernel's table has fewer entries than are asked for here
/// and the answer is an error, not a wrong number.
const PAGE: usize = 4096;

/// Bytes of an entry of the kernel's table; its two highest bits say that the page is in memory or swapped out.
const ENTRY: usize = 8;
const THERE: u8 = 0b1100_0000;

/// How many bytes of `data` lie in pages that were written or read.
pub fn bytes(data: &[u8]) -> Result<u64> {
    let first = data.as_ptr() as usize / PAGE;
    let mut table = vec![0; data.len().div_ceil(PAGE) * ENTRY];
    let mut read = || {
        let mut file = File::open("/proc/self/pagemap")?;
        file.seek(SeekFrom::Start((first * ENTRY) as u64))?;
        file.read_exact(&mut table)
    };
    read().context("failed to read /proc/self/pagemap; run on Linux, with /proc")?;
    let there = table.chunks_exact(ENTRY).filter(|entry| entry[ENTRY - 1] & THERE != 0).count();
    Ok((there * PAGE) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_the_pages_that_were_touched() {
        let mut data = vec![0_u8; 4 << 20];
        let before = bytes(&data).expect("Linux");
        for page in [100, 500, 900] {
            data[page * PAGE] = 1;
        }
        let after = bytes(&data).expect("Linux");
        assert!(after > before && after <= data.len() as u64, "{before} {after}");
    }
}
