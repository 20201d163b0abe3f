//! The derive macros of [factum](https://docs.rs/factum).
