//! A picture made smaller with a cubic filter by fast_image_resize, in fixed-point numbers and its own 128-bit SIMD: there
//! is no form without, for the crate brings SIMD into every module. A unit is 256 x 192 pixels of four bytes that become
//! 100 x 75.

#[cfg(target_arch = "x86_64")]
use fast_image_resize::CpuExtensions;
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeError, ResizeOptions, Resizer, images::Image,
};
use kernel::{Random, fold_bytes};

const FROM: (u32, u32) = (256, 192);
const TO: (u32, u32) = (100, 75);

/// Slopes, edges and a little noise; the last of four bytes is not a transparency here.
fn picture() -> Image<'static> {
    let mut random = Random(256);
    let mut picture = Image::new(FROM.0, FROM.1, PixelType::U8x4);
    for (pixel, at) in picture.buffer_mut().chunks_exact_mut(4).zip(0..) {
        let (x, y) = (at % FROM.0, at / FROM.0);
        let noise = random.below(32);
        let values = [x + noise, if x / 32 % 2 == y / 24 % 2 { 220 } else { y }, x * y / 192, noise];
        for (byte, value) in pixel.iter_mut().zip(values) {
            *byte = value.min(255) as u8;
        }
    }
    picture
}

/// A resizer with vectors of 128 bits, also natively.
fn resizer() -> Resizer {
    #[allow(unused_mut, reason = "in wasm, what the module was compiled for decides")]
    let mut resizer = Resizer::new();
    #[cfg(target_arch = "x86_64")]
    if CpuExtensions::Sse4_1.is_supported() {
        // SAFETY: this processor has them.
        unsafe { resizer.set_cpu_extensions(CpuExtensions::Sse4_1) };
    }
    resizer
}

fn work(n: i32) -> Result<u64, ResizeError> {
    // A polynomial: a filter of sines would depend on a mathematics library.
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom)).use_alpha(false);
    let (mut from, mut resizer) = (picture(), resizer());
    let mut checksum = 0;
    for _ in 0..n {
        let mut to = Image::new(TO.0, TO.1, PixelType::U8x4);
        resizer.resize(&from, &mut to, &options)?;
        checksum = fold_bytes(checksum, to.buffer());
        // Never the same picture twice: this one moves to the left.
        from.buffer_mut().rotate_left(4 * 7);
    }
    Ok(checksum)
}

/// Does `n` units of work and returns their checksum; -1 if a picture was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).map_or(-1, |checksum| checksum as i64)
}
