//! The colour and the shape of each runtime, for ever: the same in every chart of every run. A mark is hollow where the
//! configuration interprets.

use maud::{Markup, html};

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// ●
    Circle,
    /// ■
    Square,
    /// ◆
    Diamond,
    /// ▲
    Up,
    /// ▼
    Down,
    /// ⬟
    Pentagon,
    /// ★
    Star,
    /// ✖
    Cross,
    /// ✚
    Plus,
    /// ⬢
    Hexagon,
}

/// A runtime's mark.
pub struct Mark {
    /// The runtime's name.
    pub runtime: &'static str,
    /// The shape.
    pub shape: Shape,
    /// The colour on a light ground.
    pub light: &'static str,
    /// The colour on a dark ground.
    pub dark: &'static str,
}

const fn mark(runtime: &'static str, shape: Shape, light: &'static str, dark: &'static str) -> Mark {
    Mark { runtime, shape, light, dark }
}

/// Every runtime of this project, then [`OTHER`]. Rows are added and never changed: readers know them. The colours
/// differ for each of the three kinds of colour blindness, too, as a test requires.
pub const MARKS: [Mark; 10] = [
    mark("wasmtime", Shape::Circle, "#3e1ec3", "#3f8ff5"),
    mark("wasmer", Shape::Square, "#f75912", "#e87334"),
    mark("wasmer-llvm", Shape::Diamond, "#885c2a", "#f6d118"),
    mark("wasmedge", Shape::Up, "#33a352", "#a0ce94"),
    mark("wamr", Shape::Down, "#5c2876", "#9a5cc0"),
    mark("wasmi", Shape::Pentagon, "#0c687c", "#35d3ea"),
    mark("v8", Shape::Star, "#7c373d", "#d8315b"),
    mark("native", Shape::Cross, "#2b2e33", "#eceff2"),
    mark("process", Shape::Plus, "#7d8086", "#8e929a"),
    mark("another", Shape::Hexagon, "#5a646e", "#a2abb4"),
];

/// The place of the mark of runtimes that are not this project's.
const OTHER: usize = MARKS.len() - 1;

/// The tier kind whose marks are hollow.
pub const HOLLOW: &str = "interpreter";

/// The place among [`MARKS`] of a configuration, `runtime/name`, perhaps with `@version` or `+build` behind the runtime.
pub fn place(configuration: &str) -> usize {
    let runtime = configuration.split(['/', '@', '+']).next().unwrap_or_default();
    MARKS.iter().position(|mark| mark.runtime == runtime).unwrap_or(OTHER)
}

/// The colours as CSS variables, for a light ground and a dark one.
pub fn variables() -> String {
    let list = |colour: fn(&Mark) -> &'static str| -> String {
        MARKS.iter().enumerate().map(|(at, mark)| format!("--runtime{at}:{};", colour(mark))).collect()
    };
    let (light, dark) = (list(|mark| mark.light), list(|mark| mark.dark));
    format!(":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}")
}

/// The corners of a shape whose circle has the radius `size`, around the origin; none of a circle.
pub fn corners(shape: Shape, size: f64) -> Vec<(f64, f64)> {
    // Corners on circles, by turns of the radii; the first one at `turn` of a full turn from the top.
    let ring = |number: usize, turn: f64, radii: &[f64]| -> Vec<(f64, f64)> {
        let corner = |at: usize| {
            let angle = (at as f64 / number as f64 + turn) * std::f64::consts::TAU;
            let radius = size * radii[at % radii.len()];
            (angle.sin() * radius, -angle.cos() * radius)
        };
        (0..number).map(corner).collect()
    };
    // The arms of a plus: each quarter has two outer corners and an inner one.
    let arms = |turn: f64| -> Vec<(f64, f64)> {
        let (wide, far) = (0.32, 1.15);
        let quarter = [(-wide, -far), (wide, -far), (wide, -wide)];
        let turned = |(x, y): (f64, f64), angle: f64| {
            let (sin, cos) = angle.sin_cos();
            ((x * cos - y * sin) * size, (x * sin + y * cos) * size)
        };
        let angles = (0..4).map(|at| (f64::from(at) / 4.0 + turn) * std::f64::consts::TAU);
        angles.flat_map(|angle| quarter.map(|corner| turned(corner, angle))).collect()
    };
    match shape {
        Shape::Circle => Vec::new(),
        Shape::Square => ring(4, 0.125, &[1.25]),
        Shape::Diamond => ring(4, 0.0, &[1.3]),
        Shape::Up => ring(3, 0.0, &[1.3]),
        Shape::Down => ring(3, 0.5, &[1.3]),
        Shape::Pentagon => ring(5, 0.0, &[1.15]),
        Shape::Star => ring(10, 0.0, &[1.4, 0.6]),
        Shape::Cross => arms(0.125),
        Shape::Plus => arms(0.0),
        Shape::Hexagon => ring(6, 0.0, &[1.1]),
    }
}

/// The marks of these configurations' runtimes, by name, and what a hollow one is.
pub fn legend<'a>(configurations: impl IntoIterator<Item = (&'a str, &'a str)>) -> Markup {
    let all: Vec<_> = configurations.into_iter().collect();
    let mut places: Vec<usize> = all.iter().map(|(configuration, _)| place(configuration)).collect();
    places.sort_unstable();
    places.dedup();
    let hollow = all.iter().any(|(_, tier)| *tier == HOLLOW);
    html! {
        ul.legend {
            @for place in places { li translate="no" { (picture(place)) (MARKS[place].runtime) } }
            @if hollow { li { "Hollow marks interpret." } }
        }
    }
}

fn picture(place: usize) -> Markup {
    let colour = format!("var(--runtime{place})");
    let corners = corners(MARKS[place].shape, 5.0);
    html! {
        svg.mark viewBox="-8 -8 16 16" aria-hidden="true" {
            @if corners.is_empty() { circle r="5" fill=(colour) {} }
            @else {
                polygon fill=(colour)
                    points=(corners.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_has_its_mark_in_every_version_and_configuration() {
        let runtimes = ["wasmtime/pooling", "wasmtime@47.0.4/winch", "wasmer-llvm/llvm", "node/default"];
        assert_eq!(
            runtimes.map(|one| MARKS[place(one)].runtime),
            ["wasmtime", "wasmtime", "wasmer-llvm", "another"]
        );
    }

    #[test]
    fn no_two_runtimes_have_the_same_shape() {
        for (at, mark) in MARKS.iter().enumerate() {
            assert!(MARKS[..at].iter().all(|other| other.shape != mark.shape), "{}", mark.runtime);
        }
    }

    /// Linear light of a colour.
    fn linear(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(matrix: &[[f64; 3]; 3], colour: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(colour).map(|(factor, part)| factor * part).sum())
    }

    /// Oklab, in which equal distances look alike (Björn Ottosson, 2020).
    fn oklab(colour: [f64; 3]) -> [f64; 3] {
        const CONES: [[f64; 3]; 3] = [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ];
        const LAB: [[f64; 3]; 3] = [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ];
        times(&LAB, times(&CONES, colour).map(|part| part.max(0.0).cbrt()))
    }

    /// How colours are seen without a kind of cone (Machado, Oliveira and Fernandes, 2009, at full severity).
    const SIGHTS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    #[test]
    fn colours_differ_for_every_kind_of_sight_in_both_schemes() {
        type Colour = fn(&Mark) -> &'static str;
        let schemes: [(Colour, [&str; 2]); 2] =
            [(|mark| mark.light, ["#ffffff", "#f6f7f8"]), (|mark| mark.dark, ["#14171a", "#1b1f23"])];
        // Of runtimes that are not this project's, the shape alone has to do.
        let own = &MARKS[..OTHER];
        for (colour, grounds) in schemes {
            for (at, mark) in own.iter().enumerate() {
                let light = |colour: &str| {
                    let [r, g, b] = linear(colour);
                    0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
                };
                for ground in grounds {
                    let (one, other) = (light(colour(mark)), light(ground));
                    assert!(one.max(other) / one.min(other) >= 3.0, "{} on {ground}", mark.runtime);
                }
                for other in &own[..at] {
                    for sight in &SIGHTS {
                        let [one, two] = [mark, other].map(|mark| oklab(times(sight, linear(colour(mark)))));
                        let apart = one.iter().zip(two).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                        assert!(apart > 0.08, "{} and {}: {apart:.3}", mark.runtime, other.runtime);
                    }
                }
            }
        }
    }
}
