#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Account as Thing;
use factum::{Command, Context, Handle, IntoEvents, Memory, Repository};
use serde::Serialize;

#[derive(Serialize)]
#[derive(Command)] #[command(aggregate = Thing, id = id)]
struct Withdraw {
    id: String,
}

impl Handle<Withdraw> for Thing {
    type Error = String;
    fn handle(&self, _: &Withdraw, _: &Context) -> Result<impl IntoEvents<Self::Event>, String> { Ok(()) }
}

async fn run(things: Repository<Thing, Memory>) {
    let _ = things.execute(Withdraw { id: "7".into() }).await;
}

fn main() {}
