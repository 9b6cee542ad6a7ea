//! The charts, each drawn by plotters for a wide and for a narrow window.

pub mod canvas;
pub mod compile;
mod draw;
mod labels;
pub mod ladder;
pub mod levels;
pub mod marks;
pub mod memory;
mod scatter;
pub mod size;
pub mod trade;
