//! The output for people: one self-contained HTML page, charts, and tables as text. This crate displays
//! what `wasmark-results` computed, and computes no result itself.

mod again;
mod answers;
mod basis;
mod cells;
mod charts;
mod claims;
mod crossings;
mod csv;
mod data;
mod endings;
pub mod format;
pub mod grid;
mod head;
mod html;
mod interval;
mod markdown;
pub mod marked;
mod overview;
mod page;
mod parquet;
mod printable;
mod reasons;
mod rendered;
mod sections;
pub mod site;
mod text;
mod texts;
mod view;

pub use csv::{records_csv, summary_csv};
pub use markdown::markdown;
pub use page::{page, page_against};
pub use parquet::summary_parquet;
pub use printable::printable;
pub use text::text_table;
