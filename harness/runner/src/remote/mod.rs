//! Runs that are not in a folder here: in an object store, under a URL. A run there is what it is in a folder, and beside
//! its files a marker that lists them, written last: without it, the upload did not end.

mod error;
mod marker;
mod place;
mod store;
mod stored;
mod upload;

pub use self::{
    error::{Error, NoMarker, NoPlace},
    marker::Marker,
    place::{Place, Url},
    store::Store,
    stored::{Copies, Stored, all, copies, with_siblings},
    upload::{Uploaded, upload},
};
