//! `image_resize`, compiled with 128-bit SIMD: see `[package.metadata.guest]`.

pub use image_resize::run;
