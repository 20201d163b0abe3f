//! What a process can be told to do.

mod add;
mod append;
mod fall_silent;
mod follow;
mod inspect;
mod memory;
mod migrate;
mod project;
mod race;
mod twins;
mod write;

/// Plays a role to its end.
pub(crate) async fn play(role: &str, arguments: &[String]) {
    match role {
        "add" => add::play(arguments).await,
        "append" => append::play(arguments).await,
        "copy" => memory::copy(arguments).await,
        "fall_behind" => memory::fall_behind(arguments).await,
        "fall_silent" => fall_silent::play(arguments).await,
        "follow" => follow::play(arguments).await,
        "inspect" => inspect::play(arguments).await,
        "load" => memory::load(arguments).await,
        "migrate" => migrate::play(arguments).await,
        "note" => memory::write(arguments).await,
        "project" => project::play(arguments).await,
        "race" => race::play(arguments),
        "scan" => memory::scan(arguments).await,
        "twins" => twins::play(arguments).await,
        "write" => write::play(arguments).await,
        _ => panic!("there is no role {role} with {arguments:?}"),
    }
}
