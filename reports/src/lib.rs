//! What a person sees: one self-contained HTML page, charts, and tables as text. Shows what `wasmark-results`
//! decided, and decides nothing.

mod answers;
mod basis;
mod charts;
mod claims;
mod crossings;
mod csv;
mod data;
pub mod format;
mod glance;
pub mod grid;
mod html;
mod markdown;
mod page;
mod printable;
mod reasons;
mod sections;
mod shown;
mod text;
mod view;

pub use csv::{records_csv, summary_csv};
pub use markdown::markdown;
pub use page::page;
pub use printable::printable;
pub use text::text_table;
