//! Inference in f32, written plainly: two convolutions with pooling and two dense layers, of the size that reads digits.
//! The innermost loops run over what a layer puts out, so that a compiler may make vectors of them without changing the
//! order of any sum. A unit is one picture of 28 x 28.

use kernel::{Random, fold};

const SIDE: usize = 28;
const CLASSES: usize = 10;
const PICTURES: usize = 8;

/// A picture or what was made of it: rows of pixels, each with a number per channel.
struct Plane<const CHANNELS: usize> {
    side: usize,
    pixels: Vec<[f32; CHANNELS]>,
}

/// Weights of a layer: for each input, what it adds to each output.
struct Layer<const OUT: usize> {
    bias: [f32; OUT],
    weights: Vec<[f32; OUT]>,
}

/// A number of -1..1, exact in f32.
fn number(random: &mut Random) -> f32 {
    (random.draw() >> 9) as f32 / (1 << 22) as f32 - 1.0
}

impl<const OUT: usize> Layer<OUT> {
    /// `scale` is a power of two, about the root of the number of inputs' reciprocal.
    fn new(inputs: usize, scale: f32, random: &mut Random) -> Self {
        let mut row = || std::array::from_fn(|_| number(random) * scale);
        Layer { bias: row(), weights: (0..inputs).map(|_| row()).collect() }
    }

    fn add(&self, sums: &mut [f32; OUT], input: usize, value: f32) {
        for (sum, weight) in sums.iter_mut().zip(&self.weights[input]) {
            *sum += value * weight;
        }
    }

    fn dense(&self, inputs: impl Iterator<Item = f32>) -> [f32; OUT] {
        let mut sums = self.bias;
        for (input, value) in inputs.enumerate() {
            self.add(&mut sums, input, value);
        }
        sums
    }

    /// A convolution of 3 x 3 pixels without a border.
    fn convolve<const IN: usize>(&self, plane: &Plane<IN>) -> Plane<OUT> {
        let side = plane.side - 2;
        let mut pixels = Vec::with_capacity(side * side);
        for y in 0..side {
            for x in 0..side {
                let around = (0..9).flat_map(|at| plane.pixels[(y + at / 3) * plane.side + x + at % 3]);
                pixels.push(rectify(self.dense(around)));
            }
        }
        Plane { side, pixels }
    }
}

fn rectify<const N: usize>(values: [f32; N]) -> [f32; N] {
    values.map(|value| if value > 0.0 { value } else { 0.0 })
}

/// Each 2 x 2 pixels become the largest of them.
fn pool<const CHANNELS: usize>(plane: &Plane<CHANNELS>) -> Plane<CHANNELS> {
    let side = plane.side / 2;
    let mut pixels = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let mut most = plane.pixels[2 * y * plane.side + 2 * x];
            for other in [1, plane.side, plane.side + 1] {
                for (most, value) in most.iter_mut().zip(plane.pixels[2 * y * plane.side + 2 * x + other]) {
                    *most = if value > *most { value } else { *most };
                }
            }
            pixels.push(most);
        }
    }
    Plane { side, pixels }
}

struct Network {
    edges: Layer<16>,
    shapes: Layer<32>,
    hidden: Layer<64>,
    classes: Layer<CLASSES>,
}

impl Network {
    fn new(random: &mut Random) -> Self {
        Network {
            edges: Layer::new(9, 0.5, random),
            shapes: Layer::new(9 * 16, 0.125, random),
            hidden: Layer::new(5 * 5 * 32, 0.0625, random),
            classes: Layer::new(64, 0.125, random),
        }
    }

    fn infer(&self, picture: &Plane<1>) -> [f32; CLASSES] {
        let edges = pool(&self.edges.convolve(picture));
        let shapes = pool(&self.shapes.convolve(&edges));
        let hidden = rectify(self.hidden.dense(shapes.pixels.into_iter().flatten()));
        self.classes.dense(hidden.into_iter())
    }
}

/// Does `n` units of work and returns their checksum.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut random = Random(28);
    let network = Network::new(&mut random);
    let mut pictures: [Plane<1>; PICTURES] = std::array::from_fn(|_| Plane {
        side: SIDE,
        pixels: (0..SIDE * SIDE).map(|_| [number(&mut random)]).collect(),
    });
    let mut checksum = 0;
    for unit in 0..n {
        let picture = &mut pictures[unit as usize % PICTURES];
        let scores = network.infer(picture);
        checksum = scores.iter().fold(checksum, |checksum, score| fold(checksum, u64::from(score.to_bits())));
        // Never the same picture twice: this one moves to the left.
        picture.pixels.rotate_left(1);
    }
    checksum as i64
}
