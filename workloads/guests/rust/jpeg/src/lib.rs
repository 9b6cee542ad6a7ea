//! JPEG both ways: jpeg-encoder writes a picture with half the resolution for colours, zune-jpeg reads it. A unit is one
//! picture of 192 x 144.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use kernel::{Random, fold_bytes};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

const WIDTH: u16 = 192;
const HEIGHT: u16 = 144;
const QUALITY: u8 = 80;

/// Slopes and edges, as photographs have them, and a little noise.
fn picture() -> Vec<u8> {
    let mut random = Random(192);
    let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..u32::from(HEIGHT) {
        for x in 0..u32::from(WIDTH) {
            let inside = (x / 24 + y / 18) % 3 == 0;
            let noise = random.below(16);
            for value in [x + y / 2, if inside { 200 } else { y }, x * y / 128] {
                pixels.push((value + noise).min(255) as u8);
            }
        }
    }
    pixels
}

/// The picture as a file, and the picture in the file; `None` if either failed, which the checksum then shows.
fn round(pixels: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(pixels, WIDTH, HEIGHT, ColorType::Rgb).ok()?;
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let pixels = JpegDecoder::new_with_options(ZCursor::new(&file), options).decode().ok()?;
    Some((file, pixels))
}

/// Does `n` units of work and returns their checksum; -1 if a picture was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut pixels = picture();
    let mut checksum = 0;
    for _ in 0..n {
        let Some((file, decoded)) = round(&pixels) else { return -1 };
        checksum = fold_bytes(fold_bytes(checksum, &file), &decoded);
        // Never the same picture twice: this one moves to the left.
        pixels.rotate_left(3 * 5);
    }
    checksum as i64
}
