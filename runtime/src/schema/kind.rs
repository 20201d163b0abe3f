//! The words for what stands at a place of a payload, of which more than one part of the crate has to know.

/// How the kind of a text begins that has a form, which an example follows.
pub(crate) const LIKE: &str = "text like ";

/// How the kind of a struct begins whose tag, which follows, tells what fields it has.
pub(crate) const TOLD: &str = "struct told by ";

/// How the kind of a type ends that holds itself: before it stands where.
pub(crate) const AGAIN: &str = " again";

/// The name of what stands under each key of a map, and of a struct that takes keys of any name.
pub(crate) const OTHERS: &str = "[]";

/// Numbers, as serde and Rust name them.
pub(crate) const NUMBERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64",
];

/// Whether a kind is traced, and not what `#[event(shape = ..)]` says.
pub(crate) fn is_traced(kind: &str) -> bool {
    let first = kind.split(' ').next().unwrap_or_default();
    let with_parts = ["list", "map", "tuple", "enum", "struct", "closed"].contains(&first);
    with_parts || first == "text" || rust(kind).is_some() || kind.ends_with(AGAIN)
}

/// The Rust type of a kind without parts.
pub(crate) fn rust(kind: &str) -> Option<&str> {
    match kind {
        "text" => Some("String"),
        "nothing" => Some("()"),
        "bytes" => Some("Vec<u8>"),
        "number" => Some("f64"),
        "bool" | "char" => Some(kind),
        _ if kind.starts_with(LIKE) => Some("String"),
        _ => NUMBERS.contains(&kind).then_some(kind),
    }
}
