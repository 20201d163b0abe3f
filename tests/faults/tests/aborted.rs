//! Transactions that the server aborts at their very end, when each statement in them has succeeded.

use std::collections::HashSet;

use factum::store::Append;
use factum::{Expected, Position, Store, StoreError, UnavailableCause, Uuid};
use factum_faults::{Added, Row, Verdict, encoded, figure, proved, seeded, size, stored};

use crate::home::{Home, session};

const FALSE: &str = "acknowledged and not stored";
const KEPT: &str = "stored and not acknowledged";
const OTHERS: &str = "turned away for another's sake";

/// What a rule of the database's owner says to events by their category, when the transaction commits.
const RULES: &str = "
    CREATE FUNCTION public.judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.category = 'refused' THEN RAISE EXCEPTION 'not at the commit'; END IF;
        IF NEW.category = 'ended' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER judge AFTER INSERT ON factum.events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION public.judge()";

const WRITERS: u64 = 8;

/// What came of one writer's appends.
#[derive(Default)]
struct Heard {
    acknowledged: Vec<Row>,
    refused: usize,
    unknown: usize,
    turned_away: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_aborts_is_never_acknowledged() {
    let what = "Aborted: transactions that the server aborts when they commit, beside others, 8 tasks, PostgreSQL";
    let mut random = seeded(what);
    let home = Home::postgres().await;
    let store = home.open().await;
    let owner = session(home.place.url().unwrap()).await;
    owner.batch_execute(RULES).await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, random) = (store.clone(), random.fork());
            tokio::spawn(async move { write(&store, writer, random).await })
        })
        .collect();
    let mut all = Heard::default();
    for writer in writers {
        let one = writer.await.unwrap();
        all.acknowledged.extend(one.acknowledged);
        all.turned_away.extend(one.turned_away);
        all.refused += one.refused;
        all.unknown += one.unknown;
    }
    let mut verdict = Verdict::on([FALSE, KEPT, OTHERS]);
    let rows = stored(&store).await;
    let (told, there): (HashSet<_>, HashSet<_>) =
        (all.acknowledged.iter().collect(), rows.iter().collect());
    told.difference(&there)
        .for_each(|row| verdict.found(FALSE, row));
    there
        .difference(&told)
        .for_each(|row| verdict.found(KEPT, row));
    all.turned_away
        .iter()
        .for_each(|error| verdict.found(OTHERS, error));
    let last = rows.last().map(|row| Position::new(row.position));
    assert_eq!(
        last.map(Position::get),
        Some(rows.len() as u64),
        "a position is left out"
    );
    let [aborted, refused, unknown, kept] = [
        all.refused + all.unknown,
        all.refused,
        all.unknown,
        told.len(),
    ]
    .map(figure);
    proved(
        what,
        &format!(
            "{aborted} aborted: {refused} by an error, {unknown} by the end of their session; {kept} others"
        ),
        &verdict.clean(),
    );
}

/// About half of the appends are refused at their commit, and one of a hundred ends its session.
async fn write(store: &impl Store, writer: u64, mut random: fastrand::Rng) -> Heard {
    let mut heard = Heard::default();
    let enough = size(1_000, 10_000) / usize::try_from(WRITERS).unwrap();
    let (mut refused, mut ended) = (0, 0);
    for number in 0.. {
        if refused >= enough && ended > 0 {
            break;
        }
        let category = match random.u8(..100) {
            0 => "ended",
            1..50 => "refused",
            _ => "kept",
        };
        refused += usize::from(category == "refused");
        ended += usize::from(category == "ended");
        let append = batch(category, writer, number);
        loop {
            match (category, store.append(append.clone()).await) {
                ("ended", Err(StoreError::UnknownOutcome(_))) => heard.unknown += 1,
                ("refused", Err(StoreError::Unavailable(error))) => {
                    assert_eq!(error.cause, UnavailableCause::Other, "{error}");
                    heard.refused += 1;
                }
                // It shared a transaction with one that ended the session: nobody knows, and it is sent again.
                (_, Err(StoreError::UnknownOutcome(_))) => continue,
                (_, Ok(appended)) => heard.acknowledged.extend(Row::told(&append, &appended)),
                (_, Err(error)) => heard
                    .turned_away
                    .push(format!("append {number} of {writer}: {error}")),
            }
            break;
        }
    }
    heard
}

fn batch(category: &str, writer: u64, number: u64) -> Append {
    let event = |amount| {
        let added = Added {
            writer,
            number,
            amount,
        };
        encoded(Uuid::from_u64_pair(writer, number << 8 | amount), &added)
    };
    let stream = format!("{category}-{writer}").parse().unwrap();
    Append::new(stream, Expected::Any, (0..=number % 3).map(event).collect()).unwrap()
}
