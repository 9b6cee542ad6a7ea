//! Names beside marks: none covers a mark or another name, and the line from a mark to a name that is not beside it crosses
//! none.

/// A box in the picture: left, top, right, bottom.
pub type Bounds = (i32, i32, i32, i32);

/// The places that are taken.
#[derive(Default)]
pub struct Taken {
    boxes: Vec<Bounds>,
}

impl Taken {
    /// Marks a place.
    pub fn add(&mut self, bounds: Bounds) {
        self.boxes.push(bounds);
    }

    /// Marks what a line passes.
    pub fn add_line(&mut self, from: (i32, i32), to: (i32, i32)) {
        self.boxes.extend(along(from, to).map(|(x, y)| (x - 1, y - 1, x + 1, y + 1)));
    }

    fn is_free(&self, place: Bounds, within: Bounds) -> bool {
        let inside = place.0 >= within.0 && place.1 >= within.1 && place.2 <= within.2 && place.3 <= within.3;
        inside && self.boxes.iter().all(|other| apart(place, *other))
    }

    /// Takes a place for a text of this size near a mark in `at` that reaches `reach` pixels: the nearest one that is free and
    /// inside `within`, and whose line to the mark crosses nothing that is taken.
    pub fn take_near(
        &mut self,
        at: (i32, i32),
        reach: i32,
        (long, tall): (i32, i32),
        within: Bounds,
    ) -> Option<Bounds> {
        let (x, y) = at;
        let beside = |dx: i32, dy: i32| {
            // Left and right of the mark a text begins and ends there; above and beneath it, it is in the middle.
            let left = match dx {
                1.. => x + dx,
                0 => x - long / 2,
                _ => x + dx - long,
            };
            (left, y + dy - tall / 2, left + long, y + dy - tall / 2 + tall)
        };
        let near = reach + 5;
        let rings = std::iter::once(0).chain((1..12).map(|ring| ring * 12));
        let places = rings.flat_map(|far| {
            let (wide, high) = (near + far / 2, near + tall / 2 + far);
            [
                (near, far),
                (-near, far),
                (near, -far),
                (-near, -far),
                (0, -high),
                (0, high),
                (near + far, 0),
                (-near - far, 0),
                (wide, high),
                (-wide, high),
                (wide, -high),
                (-wide, -high),
            ]
        });
        let free = |place: &Bounds| {
            let clear = || {
                let (from, to) = leader(at, *place);
                // What begins at the mark passes what surrounds it.
                along(from, to)
                    .filter(|(px, py)| (px - x).abs() > reach + 1 || (py - y).abs() > reach + 1)
                    .all(|(px, py)| self.boxes.iter().all(|other| apart((px, py, px + 1, py + 1), *other)))
            };
            self.is_free(*place, within) && clear()
        };
        let place = places.map(|(dx, dy)| beside(dx, dy)).find(|place| free(place))?;
        let (from, to) = leader(at, place);
        self.add_line(from, to);
        self.boxes.push(place);
        Some(place)
    }
}

/// The line from a mark to the nearest point of the box of its name.
pub fn leader(at: (i32, i32), (left, top, right, bottom): Bounds) -> ((i32, i32), (i32, i32)) {
    (at, (at.0.clamp(left, right), at.1.clamp(top + 4, bottom - 4)))
}

fn apart(one: Bounds, other: Bounds) -> bool {
    one.2 <= other.0 || one.0 >= other.2 || one.3 <= other.1 || one.1 >= other.3
}

/// Points of a line, some pixels from each other.
fn along(from: (i32, i32), to: (i32, i32)) -> impl Iterator<Item = (i32, i32)> {
    const STEP: i32 = 3;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let steps = (dx.abs().max(dy.abs()) / STEP).max(1);
    (0..=steps).map(move |step| (from.0 + dx * step / steps, from.1 + dy * step / steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHIN: Bounds = (0, 0, 200, 100);

    #[test]
    fn names_of_marks_that_lie_together_cover_nothing() {
        let marks = [(100, 50), (102, 51), (101, 52), (104, 50), (100, 48)];
        let mut taken = Taken::default();
        for (x, y) in marks {
            taken.add((x - 5, y - 5, x + 5, y + 5));
        }
        let names: Vec<Bounds> =
            marks.into_iter().filter_map(|at| taken.take_near(at, 5, (60, 14), WITHIN)).collect();
        assert_eq!(names.len(), marks.len(), "each has its name: {names:?}");
        for (index, name) in names.iter().enumerate() {
            assert!(names[..index].iter().all(|other| apart(*name, *other)), "{names:?}");
            assert!(marks.iter().all(|(x, y)| apart(*name, (x - 5, y - 5, x + 5, y + 5))), "{names:?}");
        }
    }
}
