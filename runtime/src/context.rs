//! What a decision may ask beside the state: the time, fresh ids, and on whose behalf it is made.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use uuid::Uuid;

use crate::clock::{Clock, Ids, SystemClock, UuidV7, to_micros};
use crate::error::DecodeError;
use crate::recorded::{CommandId, CommandStamp, Metadata, Recorded, Said};

/// What a decision may ask beside the state, and what its events' metadata will say.
///
/// ```
/// use factum::Context;
///
/// let context = Context::new().actor("ada").extra("ip", "::1");
/// assert_eq!(context.metadata().actor.as_deref(), Some("ada"));
/// assert_eq!(context.now(), context.now());
/// ```
///
/// - Correlation and causation flow by themselves: [`Context::caused_by`] an event continues its
///   correlation and names it as the cause; a fresh context starts a correlation of its own, which is the id
///   of the first event that it records.
/// - `now` stands still for as long as a decision is made, however often it is made again.
/// - In a repository the clock and the ids are the repository's; in a scenario they are fixed.
#[derive(Debug, Clone, Default)]
pub struct Context {
    correlation_id: Option<Uuid>,
    causation_id: Option<Uuid>,
    occurred_at: Option<Timestamp>,
    actor: Option<String>,
    tenant: Option<String>,
    extra: BTreeMap<String, String>,
    command_id: Option<CommandId>,
    /// When whoever carries it out was asked to.
    now: Option<Timestamp>,
    /// Before that, when it was first asked for the time.
    asked: OnceLock<Timestamp>,
    /// Others than [`UuidV7`].
    ids: Option<Arc<dyn Ids>>,
}

impl Context {
    /// A request from outside, that nothing recorded has led to.
    pub fn new() -> Self {
        Self::default()
    }

    /// What follows from an event: its correlation goes on, and it is the cause.
    ///
    /// The actor and the tenant are taken over too. Fails if the event's metadata cannot be read.
    pub fn caused_by<E>(event: &Recorded<E>) -> Result<Self, DecodeError> {
        let metadata = event.metadata()?;
        Ok(Self {
            correlation_id: Some(metadata.correlation_id),
            causation_id: Some(event.id.get()),
            actor: metadata.actor,
            tenant: metadata.tenant,
            ..Self::new()
        })
    }

    /// Joins what came from one request outside of this program.
    pub fn correlation(mut self, id: Uuid) -> Self {
        self.correlation_id = Some(id);
        self
    }

    /// Names the cause where it is not an event of a store, such as a message's id.
    pub fn causation(mut self, id: Uuid) -> Self {
        self.causation_id = Some(id);
        self
    }

    /// Says when it happened in the domain, where that is not now. It is cut to microseconds.
    pub fn occurred_at(mut self, time: Timestamp) -> Self {
        self.occurred_at = Some(to_micros(time));
        self
    }

    /// On whose behalf.
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// For which tenant.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Keeps one more thing in the metadata.
    pub fn extra(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra.insert(key.into(), value.into());
        self
    }

    /// Makes the request idempotent: under one id, only the first one that records something is decided.
    pub fn command_id(mut self, id: CommandId) -> Self {
        self.command_id = Some(id);
        self
    }

    /// The time at which the request is decided. UTC, in microseconds.
    pub fn now(&self) -> Timestamp {
        let asked = || *self.asked.get_or_init(|| to_micros(SystemClock.now()));
        self.now.unwrap_or_else(asked)
    }

    /// An id for something new that the decision brings into being.
    pub fn fresh_id(&self) -> Uuid {
        let ids = self.ids.as_deref().unwrap_or(&UuidV7);
        ids.fresh_at(self.now())
    }

    /// What the metadata of the events will say.
    ///
    /// A context that was given no correlation gets one when it is carried out: inside of a decision this is the
    /// one that is recorded.
    pub fn metadata(&self) -> Metadata {
        self.said(None).into()
    }

    pub(crate) fn id(&self) -> Option<CommandId> {
        self.command_id
    }

    /// The metadata of the events that this request records.
    ///
    /// A command with an id is the cause of its events unless another cause was named.
    pub(crate) fn said(&self, command: Option<CommandStamp>) -> Said<'_> {
        let own = self.command_id.map(CommandId::get);
        let correlation_id = self.correlation_id.or(own);
        Said {
            correlation_id: correlation_id.unwrap_or_else(|| self.fresh_id()),
            causation_id: self.causation_id.or(own),
            occurred_at: self.occurred_at.unwrap_or_else(|| self.now()),
            actor: self.actor.as_deref(),
            tenant: self.tenant.as_deref(),
            command,
            extra: &self.extra,
        }
    }

    /// Takes the clock and the ids of whoever carries the request out.
    pub(crate) fn carry_out_by(&mut self, clock: &dyn Clock, ids: Option<Arc<dyn Ids>>) {
        self.now = Some(to_micros(clock.now()));
        self.ids = ids;
    }

    /// Keeps to one correlation from now on: the given one, or else the command's id, or else this one. Says
    /// whether it is this one.
    pub(crate) fn correlate(&mut self, fresh: impl FnOnce(&Self) -> Uuid) -> Option<Uuid> {
        let own = self.command_id.map(CommandId::get);
        self.correlation_id = self.correlation_id.or(own);
        if self.correlation_id.is_some() {
            return None;
        }
        self.correlation_id = Some(fresh(self));
        self.correlation_id
    }

    /// Lets the command itself say what it is and when it happened, where the caller has not.
    pub(crate) fn complete(&mut self, id: Option<CommandId>, occurred_at: Option<Timestamp>) {
        self.command_id = self.command_id.or(id);
        self.occurred_at = self.occurred_at.or(occurred_at.map(to_micros));
    }
}
