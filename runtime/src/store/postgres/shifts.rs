//! Who works at the desk: whoever asks, as long as nobody else does, and a task otherwise.

use std::fmt::{self, Debug, Formatter};
use std::future::poll_fn;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::runtime::Handle;

use super::desk::Desk;

/// What is done at the desk until nobody waits any more.
type Shift = Pin<Box<dyn Future<Output = Box<Desk>> + Send>>;

/// One shift after the other: a caller who has the desk to itself need not wake another thread, and be woken by it, for
/// each round trip to the server.
pub(super) struct Shifts {
    place: Mutex<Place>,
    /// How many callers have begun to work. Only who began a shift goes on with it: whoever does is woken for it.
    begun: AtomicU64,
    /// Where the store was opened.
    runtime: Handle,
}

/// Where the desk is.
enum Place {
    /// Nobody waits; and whether whoever asked last was alone. Where several ask, one that went ahead would have a group
    /// to itself, of which the others wait for the end: until a task has begun, more of them have asked.
    Idle(Box<Desk>, bool),
    /// With the caller of this number, between two polls: nobody knows when the next one comes. It is woken if a task
    /// takes over.
    Left(Shift, u64, Option<Waker>),
    /// With a task, or a caller that is polled right now; and whether somebody has asked since.
    Taken { is_called: bool },
}

impl Debug for Shifts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shifts").finish_non_exhaustive()
    }
}

impl Shifts {
    /// The shifts of tasks end with the runtime in which this is called.
    pub(super) fn at(desk: Desk) -> Arc<Self> {
        Arc::new(Self {
            place: Mutex::new(Place::Idle(Box::new(desk), true)),
            begun: AtomicU64::new(0),
            runtime: Handle::current(),
        })
    }

    /// Waits for the answer to what was asked, and sees to it that there is one, also for whoever stops waiting.
    pub(super) async fn until<T>(self: &Arc<Self>, answer: impl Future<Output = T>) -> T {
        let worker = self.call();
        let mut answer = pin!(answer);
        let answered = poll_fn(|context| {
            if worker.as_ref().is_some_and(|worker| worker.work(context)) {
                // Whoever works gives itself its answer: to be woken by that would be once too often.
                let mut unheard = Context::from_waker(Waker::noop());
                return answer.as_mut().poll(&mut unheard);
            }
            answer.as_mut().poll(context)
        });
        answered.await
    }

    /// The caller works itself if nobody else has asked. A task takes over what another caller has begun: that one may
    /// not be polled any more.
    fn call(self: &Arc<Self>) -> Option<Worker<'_>> {
        let (shift, caller) = {
            let mut place = self.place();
            match place.take() {
                Place::Idle(desk, is_alone) => {
                    let shift: Shift = Box::pin(desk.run());
                    if is_alone && self.is_here() {
                        let number = self.begun.fetch_add(1, Ordering::Relaxed);
                        *place = Place::Left(shift, number, None);
                        return Some(Worker(self, number));
                    }
                    (shift, None)
                }
                Place::Left(shift, _, caller) => {
                    *place = Place::Taken { is_called: true };
                    (shift, caller)
                }
                Place::Taken { .. } => {
                    *place = Place::Taken { is_called: true };
                    return None;
                }
            }
        };
        self.to_task(shift);
        if let Some(caller) = caller {
            caller.wake();
        }
        None
    }

    /// What is begun elsewhere, such as a connection, may not last as long as the store.
    fn is_here(&self) -> bool {
        Handle::try_current().is_ok_and(|here| here.id() == self.runtime.id())
    }

    fn to_task(self: &Arc<Self>, shift: Shift) {
        let shifts = Arc::clone(self);
        self.runtime.spawn(async move { shifts.end(shift.await) });
    }

    /// Ends a shift, unless somebody has asked just now.
    fn end(self: &Arc<Self>, desk: Box<Desk>) {
        let mut place = self.place();
        if desk.is_idle() {
            let is_alone = matches!(*place, Place::Taken { is_called: false });
            *place = Place::Idle(desk, is_alone);
        } else {
            drop(place);
            self.to_task(Box::pin(desk.run()));
        }
    }

    /// The shift that this caller has begun, if nobody took it over.
    fn left(&self, number: u64) -> Option<Shift> {
        let mut place = self.place();
        match place.take() {
            Place::Left(shift, of, _) if of == number => Some(shift),
            other => {
                *place = other;
                None
            }
        }
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn take(&mut self) -> Self {
        mem::replace(self, Self::Taken { is_called: false })
    }
}

/// A caller who works until it has its answer.
struct Worker<'a>(&'a Arc<Shifts>, u64);

impl Worker<'_> {
    /// Whether there is more to do, of which the context hears.
    fn work(&self, context: &mut Context<'_>) -> bool {
        let Some(mut shift) = self.0.left(self.1) else {
            return false;
        };
        if let Poll::Ready(desk) = shift.as_mut().poll(context) {
            self.0.end(desk);
            return false;
        }
        let mut place = self.0.place();
        let is_left = matches!(*place, Place::Taken { is_called: false });
        if is_left {
            *place = Place::Left(shift, self.1, Some(context.waker().clone()));
        } else {
            drop(place);
            self.0.to_task(shift);
        }
        is_left
    }
}

impl Drop for Worker<'_> {
    /// Whoever has its answer works for no others, and whoever gives up leaves nothing undone.
    fn drop(&mut self) {
        if let Some(shift) = self.0.left(self.1) {
            self.0.to_task(shift);
        }
    }
}
