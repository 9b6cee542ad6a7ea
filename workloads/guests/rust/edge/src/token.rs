//! A session at the edge, kept in a JSON web token (RFC 7519): every request brings it, what it says is believed only
//! if the signature is right and the claims are in force, and the answer brings a renewed one. How it is signed is the
//! kernels' own.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};

use crate::{Random, fold, fold_bytes};

const ISSUER: &str = "https://id.example.com/";
const AUDIENCE: &str = "edge";
/// How long a token is in force, in seconds.
const LIFETIME: u64 = 3600;

/// How a token is signed.
pub trait Algorithm {
    /// What the header of a token calls it.
    const NAME: &'static str;
    type Signature: AsRef<[u8]>;

    fn sign(&self, message: &[u8]) -> Self::Signature;
    fn is_right(&self, message: &[u8], signature: &[u8]) -> bool;
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Vec<String>,
    exp: u64,
    iat: u64,
    roles: Vec<String>,
    requests: u32,
}

/// Why a token is not believed. The numbers go into the checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Form = 1,
    Algorithm,
    Signature,
    Issuer,
    Audience,
    NotInForce,
}

fn issue<A: Algorithm>(algorithm: &A, claims: &Claims) -> Option<String> {
    let header = Header { alg: A::NAME.into(), typ: "JWT".into() };
    let mut token = BASE64.encode(serde_json::to_vec(&header).ok()?);
    token.push('.');
    BASE64.encode_string(serde_json::to_vec(claims).ok()?, &mut token);
    let signature = algorithm.sign(token.as_bytes());
    token.push('.');
    BASE64.encode_string(signature, &mut token);
    Some(token)
}

/// A part of a token: JSON in base64.
fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Refusal> {
    let json = BASE64.decode(text).map_err(|_| Refusal::Form)?;
    serde_json::from_slice(&json).map_err(|_| Refusal::Form)
}

fn verify<A: Algorithm>(algorithm: &A, token: &str, now: u64) -> Result<Claims, Refusal> {
    let (message, signature) = token.rsplit_once('.').ok_or(Refusal::Form)?;
    let (header, claims) = message.split_once('.').ok_or(Refusal::Form)?;
    // The token says how it is signed, and is not asked: "none" has let many in.
    let header: Header = part(header)?;
    if header.alg != A::NAME || header.typ != "JWT" {
        return Err(Refusal::Algorithm);
    }
    let signature = BASE64.decode(signature).map_err(|_| Refusal::Form)?;
    if !algorithm.is_right(message.as_bytes(), &signature) {
        return Err(Refusal::Signature);
    }
    let claims: Claims = part(claims)?;
    if claims.iss != ISSUER {
        return Err(Refusal::Issuer);
    }
    if !claims.aud.iter().any(|audience| audience == AUDIENCE) {
        return Err(Refusal::Audience);
    }
    if claims.iat > now || now >= claims.exp {
        return Err(Refusal::NotInForce);
    }
    Ok(claims)
}

/// A token that says nearly the same as this one, as somebody without the key would make it.
fn forged(token: &str, random: &mut Random) -> String {
    let claims = token.find('.').map_or(0, |dot| dot + 1);
    match random.below(3) {
        // Another algorithm, which needs no signature.
        0 => BASE64.encode(r#"{"alg":"none","typ":"JWT"}"#) + &token[claims - 1..],
        // A part of it is missing.
        1 => token[..token.len() - 1 - random.below(80) as usize].into(),
        // One character of the claims is another one.
        _ => {
            let at = claims + random.below(100) as usize;
            let other = if token[at..].starts_with('A') { "B" } else { "A" };
            [&token[..at], other, &token[at + 1..]].concat()
        }
    }
}

/// Answers `requests` requests of one session, a quarter of which is not as it should be, and returns the checksum of
/// every token and every refusal; `None` if serde_json failed.
pub fn session<A: Algorithm>(algorithm: &A, requests: i32) -> Option<u64> {
    let mut random = Random::new(700);
    let mut now = 1_800_000_000;
    let claims = Claims {
        iss: ISSUER.into(),
        sub: format!("user-{:08x}", random.number()),
        aud: vec!["api".into(), AUDIENCE.into()],
        exp: now + LIFETIME,
        iat: now,
        roles: vec!["reader".into(), "author".into(), format!("team-{}", random.below(100))],
        requests: 0,
    };
    let mut token = issue(algorithm, &claims)?;
    let mut checksum = 0;
    for _ in 0..requests {
        now += u64::from(random.below(200));
        let answer = match random.below(8) {
            0 => verify(algorithm, &forged(&token, &mut random), now),
            // Before it was issued, or too late.
            1 => verify(algorithm, &token, now - LIFETIME + 2 * LIFETIME * u64::from(random.below(2))),
            _ => verify(algorithm, &token, now),
        };
        checksum = match answer {
            Ok(mut claims) => {
                claims.iat = now;
                claims.exp = now + LIFETIME;
                claims.requests += 1;
                token = issue(algorithm, &claims)?;
                fold_bytes(checksum, token.as_bytes())
            }
            Err(refusal) => fold(checksum, refusal as u64),
        };
    }
    Some(checksum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A signature that anybody can make: what is tested is what stands around it.
    struct Sum;

    impl Algorithm for Sum {
        const NAME: &'static str = "sum";
        type Signature = [u8; 8];

        fn sign(&self, message: &[u8]) -> [u8; 8] {
            fold_bytes(1, message).to_le_bytes()
        }

        fn is_right(&self, message: &[u8], signature: &[u8]) -> bool {
            self.sign(message) == signature
        }
    }

    fn claims() -> Claims {
        Claims {
            iss: ISSUER.into(),
            sub: "you".into(),
            aud: vec![AUDIENCE.into()],
            exp: 200,
            iat: 100,
            roles: vec!["x".repeat(100)],
            requests: 3,
        }
    }

    fn refusal(claims: Claims, now: u64) -> Option<Refusal> {
        verify(&Sum, &issue(&Sum, &claims).expect("a token"), now).err()
    }

    #[test]
    fn claims_must_be_in_force_and_meant_for_us() {
        assert_eq!(refusal(claims(), 100), None);
        assert_eq!(refusal(claims(), 99), Some(Refusal::NotInForce));
        assert_eq!(refusal(claims(), 200), Some(Refusal::NotInForce));
        assert_eq!(refusal(Claims { aud: vec![], ..claims() }, 100), Some(Refusal::Audience));
        assert_eq!(refusal(Claims { iss: String::new(), ..claims() }, 100), Some(Refusal::Issuer));
    }

    #[test]
    fn what_is_forged_is_refused() {
        let token = issue(&Sum, &claims()).expect("a token");
        let mut random = Random::new(1);
        for _ in 0..1000 {
            assert!(verify(&Sum, &forged(&token, &mut random), 100).is_err());
        }
    }
}
