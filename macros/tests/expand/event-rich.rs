#[event(
    name = "account.opened",
    version = 3,
    upcast(1 = OpenedV1<'_>, 2 = old::OpenedV2),
    sample = Opened { owner: "Ada".into() },
    stored(1 = r#"{"holder":"Ada"}"#),
    crate = kit::factum
)]
pub struct Opened {
    pub owner: String,
}
