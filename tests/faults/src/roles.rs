//! What a process can be told to do.

mod inspect;
mod memory;

/// Plays a role to its end.
pub(crate) async fn play(role: &str, arguments: &[String]) {
    match role {
        "fall_behind" => memory::fall_behind(arguments).await,
        "inspect" => inspect::play(arguments).await,
        "load" => memory::load(arguments).await,
        "note" => memory::write(arguments).await,
        "scan" => memory::scan(arguments).await,
        _ => panic!("there is no role {role} with {arguments:?}"),
    }
}
