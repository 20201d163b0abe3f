//! The words for kinds, and the types that they are in Rust.

use crate::schema::kind::rust;

#[test]
fn each_kind_without_parts_has_a_type() {
    for (kind, ty) in [
        ("text", Some("String")),
        ("text like 2026-11-23", Some("String")),
        ("nothing", Some("()")),
        ("bytes", Some("Vec<u8>")),
        ("number", Some("f64")),
        ("bool", Some("bool")),
        ("char", Some("char")),
        ("u8", Some("u8")),
        ("f32", Some("f32")),
        ("struct", None),
        ("decimal", None),
    ] {
        assert_eq!(rust(kind), ty, "{kind}");
    }
}
