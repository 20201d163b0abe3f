//! A job as a state machine, and its twin: the same states, with one `match` by hand over events by hand.

use factum::{Aggregate, Event, Illegal, On};
use serde::{Deserialize, Serialize};

use crate::history::{Dice, EVENTS};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "job.started")]
pub(crate) struct Started {
    worker: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "job.advanced")]
pub(crate) struct Advanced {
    steps: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "job.paused")]
pub(crate) struct Paused {
    at: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "job.resumed")]
pub(crate) struct Resumed {
    at: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "job.finished")]
pub(crate) struct Finished {
    steps: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "job", id = String, events(Started, Advanced, Paused, Resumed, Finished))]
pub(crate) enum Job {
    #[state(Started => Running)]
    Idle(Idle),
    #[state(Advanced => Running, Paused => Waiting, Finished => Idle)]
    Running(Running),
    #[state(Resumed => Running, Finished => Idle)]
    Waiting(Waiting),
}

#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
pub(crate) struct Idle {
    runs: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Running {
    runs: u64,
    worker: String,
    steps: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Waiting {
    running: Running,
    since: u64,
}

impl On<Started> for Idle {
    type Next = Running;

    fn on(self, event: &Started) -> Running {
        Running {
            runs: self.runs,
            worker: event.worker.clone(),
            steps: 0,
        }
    }
}

impl On<Advanced> for Running {
    type Next = Self;

    fn on(mut self, event: &Advanced) -> Self {
        self.steps += event.steps;
        self
    }
}

impl On<Paused> for Running {
    type Next = Waiting;

    fn on(self, event: &Paused) -> Waiting {
        Waiting {
            running: self,
            since: event.at,
        }
    }
}

impl On<Finished> for Running {
    type Next = Idle;

    fn on(self, event: &Finished) -> Idle {
        Idle {
            runs: self.runs + u64::from(event.steps > 0),
        }
    }
}

impl On<Resumed> for Waiting {
    type Next = Running;

    fn on(mut self, event: &Resumed) -> Running {
        self.running.steps += u64::from(event.at > self.since);
        self.running
    }
}

impl On<Finished> for Waiting {
    type Next = Idle;

    fn on(self, _: &Finished) -> Idle {
        Idle {
            runs: self.running.runs,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ByHand {
    Started(Started),
    Advanced(Advanced),
    Paused(Paused),
    Resumed(Resumed),
    Finished(Finished),
}

impl From<JobEvent> for ByHand {
    fn from(event: JobEvent) -> Self {
        match event {
            JobEvent::Started(event) => Self::Started(event),
            JobEvent::Advanced(event) => Self::Advanced(event),
            JobEvent::Paused(event) => Self::Paused(event),
            JobEvent::Resumed(event) => Self::Resumed(event),
            JobEvent::Finished(event) => Self::Finished(event),
        }
    }
}

impl ByHand {
    fn name(&self) -> &'static str {
        match self {
            Self::Started(_) => "job.started",
            Self::Advanced(_) => "job.advanced",
            Self::Paused(_) => "job.paused",
            Self::Resumed(_) => "job.resumed",
            Self::Finished(_) => "job.finished",
        }
    }
}

/// Stops at an event that the state cannot take, as the generated one does.
#[inline]
pub(crate) fn fold(job: &mut Job, event: &ByHand) -> Result<(), Illegal> {
    *job = match (std::mem::take(job), event) {
        (Job::Idle(idle), ByHand::Started(event)) => Job::Running(Running {
            runs: idle.runs,
            worker: event.worker.clone(),
            steps: 0,
        }),
        (Job::Running(mut running), ByHand::Advanced(event)) => {
            running.steps += event.steps;
            Job::Running(running)
        }
        (Job::Running(running), ByHand::Paused(event)) => Job::Waiting(Waiting {
            running,
            since: event.at,
        }),
        (Job::Running(running), ByHand::Finished(event)) => Job::Idle(Idle {
            runs: running.runs + u64::from(event.steps > 0),
        }),
        (Job::Waiting(mut waiting), ByHand::Resumed(event)) => {
            waiting.running.steps += u64::from(event.at > waiting.since);
            Job::Running(waiting.running)
        }
        (Job::Waiting(waiting), ByHand::Finished(_)) => Job::Idle(Idle {
            runs: waiting.running.runs,
        }),
        (state, _) => {
            *job = state;
            return Err(Illegal {
                state: job.state_name(),
                event: event.name(),
            });
        }
    };
    Ok(())
}

/// A history whose every event the state takes that it meets.
pub(crate) fn events() -> Result<Vec<JobEvent>, Illegal> {
    let mut dice = Dice(7);
    let mut job = Job::default();
    let mut events = Vec::new();
    for at in 0..EVENTS {
        let event = match (&job, dice.below(4)) {
            (Job::Idle(_), _) => JobEvent::from(Started {
                worker: dice.name(),
            }),
            (Job::Running(_), 0) => Paused { at }.into(),
            (Job::Running(_), 1) | (Job::Waiting(_), 0) => Finished { steps: at }.into(),
            (Job::Running(_), _) => Advanced { steps: at }.into(),
            (Job::Waiting(_), _) => Resumed { at }.into(),
        };
        job.fold(&event)?;
        events.push(event);
    }
    Ok(events)
}
