#[aggregate(name = "door", id = DoorId, events(Opened))]
enum Door {
    #[state(Opend => Open)]
    Shut(Shut),
    Open,
}
