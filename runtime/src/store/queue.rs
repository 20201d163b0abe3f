//! Group commit: requests in a queue, served together by one task or thread, each with an answer of its own.

use tokio::sync::{mpsc, oneshot};

use crate::error::{StoreError, Unavailable, UnknownOutcome};

/// The most requests that wait; those who come later wait for room.
pub(in crate::store) const QUEUE: usize = 1024;

/// The most requests of one group.
const GROUP: usize = 512;

/// Takes what is there, and waits for nothing: a lone writer is served at once, and while it is served the others
/// gather. `leaves_room` is asked of each that is taken, and counts.
pub(in crate::store) fn gather<T>(
    group: &mut Vec<T>,
    first: T,
    requests: &mut mpsc::Receiver<T>,
    mut leaves_room: impl FnMut(&T) -> bool,
) {
    let mut next = Some(first);
    while let Some(request) = next {
        let is_room = leaves_room(&request);
        group.push(request);
        if !is_room || group.len() >= GROUP {
            return;
        }
        next = requests.try_recv().ok();
    }
}

/// Waits for an answer. One that never comes means that who serves is gone, perhaps after the commit.
pub(in crate::store) async fn answer<T>(
    answered: oneshot::Receiver<Result<T, StoreError>>,
    closed: impl FnOnce() -> Unavailable,
) -> Result<T, StoreError> {
    answered.await.unwrap_or_else(|_| {
        let reason = closed().into();
        Err(UnknownOutcome { reason }.into())
    })
}
