//! A session token at the edge, signed by HMAC with SHA-256. A unit is one request: its token verified, its claims
//! checked, and a renewed token written.

use edge::token::{Algorithm, session};
use hmac::{Hmac, KeyInit, Mac, digest::Output};
use sha2::Sha256;

struct Hs256(Hmac<Sha256>);

impl Algorithm for Hs256 {
    const NAME: &'static str = "HS256";
    type Signature = Output<Hmac<Sha256>>;

    fn sign(&self, message: &[u8]) -> Self::Signature {
        self.0.clone().chain_update(message).finalize().into_bytes()
    }

    fn is_right(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.clone().chain_update(message).verify_slice(signature).is_ok()
    }
}

/// Does `n` units of work and returns their checksum; -1 if the key or a token was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    Hmac::new_from_slice(b"a key of thirty-two bytes or more")
        .ok()
        .and_then(|hmac| session(&Hs256(hmac), n))
        .map_or(-1, |checksum| checksum as i64)
}
