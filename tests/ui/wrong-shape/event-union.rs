use factum::Event;

#[derive(Event, Clone, Copy)]
#[event(name = "account.opened")]
union Opened {
    cents: u64,
}

fn main() {}
