//! `blake3`, compiled with 128-bit SIMD: see `[package.metadata.guest]`.

pub use blake3::run;
