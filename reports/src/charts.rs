//! The charts, each drawn by plotters for a wide and for a narrow window.

mod canvas;
pub mod compile;
pub mod ladder;
pub mod levels;
pub mod memory;
mod scatter;
pub mod size;
pub mod trade;
