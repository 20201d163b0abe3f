#[aggregate(name = "door", id = DoorId, events(house::Opened, Closed))]
pub(crate) enum Door {
    #[state(Opened => Open)]
    Shut(Shut),
    #[state(Closed => Shut)]
    Open(OpenDoor),
}
