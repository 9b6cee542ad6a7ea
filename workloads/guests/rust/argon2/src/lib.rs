//! A password hashed as for a login: Argon2id by the crate argon2, with little memory. A unit is two passes over 256 KiB,
//! and each password is the hash before it.

use hasher::{Algorithm, Argon2, Error, Params, Version};

const KIBIBYTES: u32 = 256;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: &[u8] = b"of at least eight bytes";

fn work(n: i32) -> Result<i64, Error> {
    let parameters = Params::new(KIBIBYTES, PASSES, LANES, None)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let mut password = [b'?'; Params::DEFAULT_OUTPUT_LEN];
    for _ in 0..n {
        let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
        argon2.hash_password_into(&password, SALT, &mut hash)?;
        password = hash;
    }
    Ok(password.as_chunks().0.first().map_or(0, |first| i64::from_be_bytes(*first)))
}

/// Does `n` units of work and returns the start of the last hash; -1 if a password was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).unwrap_or(-1)
}
