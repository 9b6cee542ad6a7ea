//! Where the memory of a process lies, as far as the process that starts it decides that. Each is given another place, so that
//! effects of the place vary from process to process, and the intervals contain them.

use rand::{Rng, RngExt};

/// The size of a page in bytes.
const PAGE: usize = 4096;
/// The number of mappings in a node of the kernel (`MAPLE_RANGE64_SLOTS` in Linux).
const NODE: usize = 16;

/// The place of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// Bytes of padding in the environment, by which the stack and the heap begin elsewhere.
    pub padding: usize,
    /// Mappings of one page that the process makes before it reads its job: the time to map and unmap a memory depends on how
    /// full the kernel's nodes are.
    pub mappings: usize,
}

impl Placement {
    /// Draws one of each: any alignment within a page, and any fullness of a node.
    pub fn draw(random: &mut impl Rng) -> Placement {
        Placement { padding: random.random_range(0..PAGE), mappings: random.random_range(0..NODE) }
    }
}
