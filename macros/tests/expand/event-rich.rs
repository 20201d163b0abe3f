#[event(
    name = "account.opened",
    alias("AccountOpened"),
    version = 5,
    since = 2,
    upcast(2..=3 = OpenedV2<'_>, 4 = old::OpenedV4),
    sample = Opened { owner: "Ada".into() },
    stored(2 = r#"{"holder":"Ada"}"#),
    crate = kit::factum
)]
pub struct Opened {
    pub owner: String,
}
