//! The page's sections, one file each; `page.rs` has their order.

pub mod boundary;
pub mod capabilities;
pub mod claims;
pub mod code_cache;
pub mod cold_start;
pub mod compile;
pub mod controls;
pub mod coverage;
pub mod data;
pub mod density;
pub mod header;
pub mod inventory;
pub mod languages;
pub mod memory;
pub mod methodology;
pub mod overview;
pub mod page_cache;
pub mod peak;
pub mod problems;
pub mod serving;
pub mod size;
mod starts;
pub mod tenants;
pub mod throughput;
pub mod variants;
