//! A transfer: a command to one account, and, caused by what that recorded, one to the other.
//!
//! It is not atomic. Between the two commands the money is on neither account, and everybody can see that.
//! What it does promise: run again until it answers, it ends with the money on one of the two, once.

use std::error::Error;

use factum::{
    BoxError, Command, CommandId, Context, DecodeError, ExecuteError, Handle, Recorded, Repository,
    Store, Uuid,
};

use crate::domain::{Account, AccountError, AccountEvent, AccountId, Credit, Deposit, Withdraw};

/// A transfer that somebody asks for.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Which transfer it is: its correlation id, from which the ids of its commands derive.
    pub id: Uuid,
    /// Who gives.
    pub from: AccountId,
    /// Who gets.
    pub to: AccountId,
    /// How much.
    pub cents: i64,
}

/// How a transfer ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The money is on the other account.
    Arrived,
    /// The other account refused it, and it is back.
    Returned,
}

/// Why a transfer did not end.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The first account gave nothing; nothing was recorded.
    #[error("nothing was transferred: {0}")]
    Rejected(AccountError),
    /// The other account refused the money, and the first one does not take it back.
    #[error("the money left, was refused, and cannot be returned: {0}; a clerk has to look at it")]
    Stranded(AccountError),
    /// Something failed on the way.
    #[error("the transfer is not finished; mend the cause and run it again under the same id: {0}")]
    Unfinished(#[source] BoxError),
}

impl From<DecodeError> for TransferError {
    fn from(error: DecodeError) -> Self {
        Self::Unfinished(error.into())
    }
}

impl Transfer {
    /// Carries the transfer out, or what is left of it.
    ///
    /// Each command has an id that derives from the transfer's. One that was carried out before is answered
    /// with what it recorded then, so a second run, even one beside the first, goes the same way.
    pub async fn run<S: Store>(
        &self,
        accounts: &Repository<Account, S>,
    ) -> Result<Outcome, TransferError> {
        let Self {
            from, to, cents, ..
        } = self.clone();

        let (account, request) = (from.clone(), Context::new().correlation(self.id));
        let withdraw = Withdraw { account, cents };
        let withdrawal = self.step(accounts, "withdraw", withdraw, request).await;
        let withdrawal = withdrawal.map_err(|error| error.or(TransferError::Rejected))?;

        let (account, request) = (to, Context::caused_by(&withdrawal)?);
        let credit = Credit { account, cents };
        let answer = self.step(accounts, "credit", credit, request).await;
        let answer = answer.map_err(|error| error.or(|never| match never {}))?;
        if !matches!(answer.event, AccountEvent::CreditRefused(_)) {
            return Ok(Outcome::Arrived);
        }

        let (account, request) = (from, Context::caused_by(&answer)?);
        let deposit = Deposit { account, cents };
        let returned = self.step(accounts, "return", deposit, request).await;
        returned.map_err(|error| error.or(TransferError::Stranded))?;
        Ok(Outcome::Returned)
    }

    /// Carries out one command, and gives the event that it recorded, now or in an earlier run.
    async fn step<S: Store, C>(
        &self,
        accounts: &Repository<Account, S>,
        name: &str,
        command: C,
        request: Context,
    ) -> Result<Recorded<AccountEvent>, Failed<<Account as Handle<C>>::Error>>
    where
        C: Command<Aggregate = Account>,
        Account: Handle<C, Error: Error + Send + Sync + 'static>,
    {
        let id = CommandId::named(&format!("transfer {}: {name}", self.id));
        match accounts.execute_with(command, request.command_id(id)).await {
            Ok(mut done) => done
                .events
                .pop()
                .ok_or_else(|| Failed::Otherwise("the command recorded nothing".into())),
            Err(ExecuteError::Rejected(rejection)) => Err(Failed::Rejected(rejection)),
            Err(error) => Err(Failed::Otherwise(error.into())),
        }
    }
}

/// Why a step was not taken.
enum Failed<R> {
    Rejected(R),
    Otherwise(BoxError),
}

impl<R> Failed<R> {
    fn or(self, rejected: impl FnOnce(R) -> TransferError) -> TransferError {
        match self {
            Self::Rejected(rejection) => rejected(rejection),
            Self::Otherwise(error) => TransferError::Unfinished(error),
        }
    }
}
