#[aggregate(name = "till", id = u64, events(Paid), commands(Pay), tests)]
struct Till {
    cents: u64,
}
