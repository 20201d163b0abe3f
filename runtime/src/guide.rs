//! Guides: longer than the page of one item, and compiled like it.

#[cfg_attr(feature = "sqlite", doc = include_str!("../doc/guide/first_aggregate.md"))]
#[cfg_attr(not(feature = "sqlite"), doc = "Shown with the feature `sqlite`.")]
pub mod first_aggregate {}

#[cfg_attr(feature = "sqlite", doc = include_str!("../doc/guide/read_model.md"))]
#[cfg_attr(not(feature = "sqlite"), doc = "Shown with the feature `sqlite`.")]
pub mod read_model {}

#[cfg_attr(feature = "sqlite", doc = include_str!("../doc/guide/deleting.md"))]
#[cfg_attr(not(feature = "sqlite"), doc = "Shown with the feature `sqlite`.")]
pub mod deleting {}

#[cfg_attr(feature = "postgres", doc = include_str!("../doc/guide/postgres.md"))]
#[cfg_attr(not(feature = "postgres"), doc = "Shown with the feature `postgres`.")]
pub mod postgres {}

#[doc = include_str!("../doc/guide/evolution.md")]
pub mod evolution {}

#[cfg_attr(feature = "sqlite", doc = include_str!("../doc/guide/copy.md"))]
#[cfg_attr(not(feature = "sqlite"), doc = "Shown with the feature `sqlite`.")]
pub mod copy {}

#[cfg_attr(feature = "testing", doc = include_str!("../doc/guide/stores.md"))]
#[cfg_attr(not(feature = "testing"), doc = "Shown with the feature `testing`.")]
#[doc = "```"]
#[doc = include_str!("../doc/guide/stores/shelf.rs")]
#[doc = "```"]
pub mod stores {}

#[doc = include_str!("../doc/guide/guarantees.md")]
pub mod guarantees {}

#[doc = include_str!("../doc/guide/releases.md")]
pub mod releases {}

#[doc = include_str!("../doc/guide/cost.md")]
pub mod cost {}

#[doc = include_str!("../doc/guide/messages.md")]
pub mod messages {}

#[doc = include_str!("../doc/design.md")]
pub mod design {}

/// The README's program.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub mod readme {}
