//! What a process can be told to do.

mod follow;
mod write;

/// Plays a role to its end.
pub(crate) async fn play(role: &str, arguments: &[String]) {
    match role {
        "follow" => follow::play(arguments).await,
        "write" => write::play(arguments).await,
        _ => panic!("there is no role {role} with {arguments:?}"),
    }
}
