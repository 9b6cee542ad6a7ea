//! Small allocations: a binary tree of boxes is built, walked and dropped. A unit is a tree of 8,191 nodes.

/// A unit's tree has this many levels.
const DEPTH: u32 = 13;

struct Node {
    value: u32,
    children: Option<(Box<Node>, Box<Node>)>,
}

fn grow(depth: u32, value: u32) -> Node {
    let children = (depth > 1).then(|| {
        let left = Box::new(grow(depth - 1, value.wrapping_mul(3)));
        let right = Box::new(grow(depth - 1, value.wrapping_mul(5).wrapping_add(1)));
        (left, right)
    });
    Node { value, children }
}

fn walk(node: &Node) -> u32 {
    match &node.children {
        None => node.value,
        Some((left, right)) => node.value ^ walk(left).wrapping_add(walk(right).rotate_left(7)),
    }
}

/// Does `n` units of work and returns their checksum.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut checksum = 0u64;
    for unit in 0..n {
        let tree = grow(DEPTH, unit as u32);
        checksum = checksum.rotate_left(9) ^ u64::from(walk(&tree));
    }
    checksum as i64
}
