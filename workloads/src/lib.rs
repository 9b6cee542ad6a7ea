//! The modules that wasmark measures: manifests, guest sources by language, and the built modules. Knows no runtime.
