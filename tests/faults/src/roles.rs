//! What a process can be told to do.

/// Plays a role to its end.
pub(crate) fn play(role: &str, arguments: &[String]) {
    panic!("there is no role {role} with {arguments:?}")
}
