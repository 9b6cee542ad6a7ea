//! A session token at the edge, signed by ECDSA on the curve P-256, as identity providers do. A unit is one request:
//! its token verified, its claims checked, and a renewed token written.

use edge::token::{Algorithm, session};
use p256::ecdsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer, Verifier},
};

struct Es256 {
    private: SigningKey,
    public: VerifyingKey,
}

impl Algorithm for Es256 {
    const NAME: &'static str = "ES256";
    type Signature = [u8; 64];

    // Without random numbers, as RFC 6979 has it: the same token each time.
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.private.sign(message);
        signature.to_bytes().into()
    }

    fn is_right(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.public.verify(message, &signature).is_ok())
    }
}

/// Does `n` units of work and returns their checksum; -1 if the key or a token was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    SigningKey::from_slice(b"thirty-two bytes that are secret")
        .ok()
        .and_then(|private| session(&Es256 { public: *private.verifying_key(), private }, n))
        .map_or(-1, |checksum| checksum as i64)
}
