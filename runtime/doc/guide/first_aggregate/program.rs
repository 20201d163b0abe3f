use factum::{AsOf, ExecuteError, Repository, Revision, Sqlite};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let workshops = Repository::<Workshop, _>::new(Sqlite::open("workshops.db").await?);
    let knots = "knots".to_owned();

    match workshops.update(&knots, |workshop| workshop.announce(2)).await {
        Ok(_) => println!("announced"),
        Err(ExecuteError::Rejected(WorkshopError::Announced)) => println!("back again"),
        Err(error) => return Err(error.into()),
    }
    let done = workshops.update(&knots, |workshop| workshop.join("Ada")).await?;
    println!("guests: {:?}, revision: {:?}", done.state.guests, done.revision);

    workshops.update(&knots, |workshop| workshop.leave("Ada")).await?;
    let then = workshops.load_at(&knots, AsOf::Revision(Revision::FIRST)).await?;
    assert!(then.state.guests.is_empty());
    Ok(())
}
