//! `neural`, compiled with 128-bit SIMD: see `[package.metadata.guest]`.

pub use neural::run;
