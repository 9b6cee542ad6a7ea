//! see below
fn main() {}
