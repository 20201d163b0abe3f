use factum::sqlite::rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use factum::{Batch, BoxError, Position};

struct Balances {
    connection: Connection,
    table: &'static str,
}

impl Balances {
    fn open(path: &std::path::Path, table: &'static str) -> Result<Self, BoxError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {table} (account TEXT PRIMARY KEY, cents INTEGER NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS checkpoints (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
             CREATE VIEW IF NOT EXISTS balances AS SELECT * FROM {table};"
        ))?;
        Ok(Self { connection, table })
    }

    fn checkpoint(&self) -> Result<Option<Position>, BoxError> {
        checkpoint(&self.connection, self.table)
    }

    /// Takes in what came after `before`: rows and checkpoint, or neither.
    fn take_in(&mut self, before: Option<Position>, batch: &Batch<AccountEvent>) -> Result<(), BoxError> {
        let table = self.table;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if checkpoint(&transaction, table)? != before {
            return Err("another process feeds this read model".into());
        }
        for recorded in batch {
            let recorded = recorded?;
            let cents = match &recorded.event {
                AccountEvent::Deposited(event) => event.cents,
                AccountEvent::Withdrawn(event) => -event.cents,
            };
            transaction.execute(
                &format!(
                    "INSERT INTO {table} VALUES (?1, ?2)
                     ON CONFLICT (account) DO UPDATE SET cents = cents + excluded.cents"
                ),
                params![recorded.stream.id(), cents],
            )?;
        }
        if let Some(position) = batch.checkpoint() {
            transaction.execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?1, ?2)",
                params![table, i64::try_from(position.get())?],
            )?;
        }
        Ok(transaction.commit()?)
    }

    fn balance(&self, account: &str) -> Result<Option<i64>, BoxError> {
        let query = "SELECT cents FROM balances WHERE account = ?1";
        Ok(self.connection.query_row(query, [account], |row| row.get(0)).optional()?)
    }
}

fn checkpoint(connection: &Connection, name: &str) -> Result<Option<Position>, BoxError> {
    let query = "SELECT position FROM checkpoints WHERE name = ?1";
    let position = connection.query_row(query, [name], |row| row.get::<_, i64>(0)).optional()?;
    Ok(position.map(u64::try_from).transpose()?.map(Position::new))
}
