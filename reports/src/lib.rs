//! What a person sees: one self-contained HTML page, charts, and tables as text. Shows what `wasmark-results`
//! decided, and decides nothing.

mod basis;
mod charts;
mod csv;
mod data;
mod format;
mod glance;
mod html;
mod page;
mod reasons;
mod sections;
mod shown;
mod text;
mod view;

pub use csv::{records_csv, summary_csv};
pub use page::page;
pub use text::{markdown, text_table};
