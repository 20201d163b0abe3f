#[event(name = "account.opened", version = 3, upcast(1 = OpenedV1<'_>, 2 = old::OpenedV2))]
pub struct Opened {
    pub owner: String,
}
