use factum::{Command, CommandId, Context, Handle, IntoEvents};

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Workshop, id = workshop, command_id = form)]
struct Join {
    workshop: String,
    guest: String,
    form: CommandId,
}

impl Handle<Join> for Workshop {
    type Error = WorkshopError;

    fn handle(
        &self,
        command: &Join,
        _: &Context,
    ) -> Result<impl IntoEvents<WorkshopEvent>, WorkshopError> {
        self.join(&command.guest)
    }
}

async fn join_twice(
    workshops: &Repository<Workshop, Sqlite>,
) -> Result<(), Box<dyn std::error::Error>> {
    let form = CommandId::named("form 17");
    let join = Join { workshop: "knots".to_owned(), guest: "Ben".to_owned(), form };
    let done = workshops.execute(join.clone()).await?;
    let again = workshops.execute(join).await?;
    assert!(again.repeated);
    assert_eq!(again.position, done.position);
    Ok(())
}
