#[event(
    name = "account.opened",
    version = 4,
    upcast(1 = OpenedV1<'_>),
    removed(#[serde(rename = "memo")] note: String, in = 3)
)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    #[event(since = 4, renamed_from = "holder")]
    #[serde(alias = "name", default)]
    pub owner: String,
    #[event(since = 3, default = Limit::NONE)]
    pub limit: Limit,
}
