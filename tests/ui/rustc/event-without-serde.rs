use factum::Event;

#[derive(Event)]
#[event(name = "account.opened")]
struct Opened;

fn main() {}
