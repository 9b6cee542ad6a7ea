//! The page's sections, one file each, in the order in which the page has them.

pub mod boundary;
pub mod capabilities;
pub mod claims;
pub mod code_cache;
pub mod compile;
pub mod controls;
pub mod coverage;
pub mod data;
pub mod header;
pub mod inventory;
pub mod ladder;
pub mod languages;
pub mod live;
pub mod memory;
pub mod methodology;
pub mod overview;
pub mod page_cache;
pub mod peak;
pub mod problems;
pub mod serving;
pub mod size;
pub mod tenants;
pub mod throughput;
pub mod variants;
