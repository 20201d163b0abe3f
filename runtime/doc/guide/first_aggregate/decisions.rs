#[derive(thiserror::Error, Clone, Debug, PartialEq)]
enum WorkshopError {
    #[error("the workshop was announced before")]
    Announced,
    #[error("all {places} places are taken")]
    Full { places: usize },
    #[error("{guest} has not joined")]
    NotJoined { guest: String },
}

impl Workshop {
    fn announce(&self, places: usize) -> Result<Announced, WorkshopError> {
        if self.places > 0 {
            return Err(WorkshopError::Announced);
        }
        Ok(Announced { places })
    }

    fn join(&self, guest: &str) -> Result<Option<Joined>, WorkshopError> {
        if self.guests.contains(guest) {
            return Ok(None);
        }
        if self.guests.len() >= self.places {
            return Err(WorkshopError::Full { places: self.places });
        }
        Ok(Some(Joined { guest: guest.into() }))
    }

    fn leave(&self, guest: &str) -> Result<Left, WorkshopError> {
        if !self.guests.contains(guest) {
            return Err(WorkshopError::NotJoined { guest: guest.into() });
        }
        Ok(Left { guest: guest.into() })
    }
}
