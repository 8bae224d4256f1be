//! The TCP sessions of each host, so that a host that goes down can break its own.

use std::sync::{Arc, Weak};

use crate::loopback_stream::Wire;
use crate::pipe::Pipe;

/// What a session runs over, as seen from outside the session.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    Pipe(Weak<Pipe>),
    Wire(Weak<Wire>),
}

#[derive(Debug, Default)]
pub(crate) struct Sessions {
    open: Vec<([Option<usize>; 2], Line)>,
    /// Sessions that are over are swept out once there are that many.
    sweep_at: usize,
}

impl Line {
    pub(crate) fn pipe(pipe: &Arc<Pipe>) -> Self {
        Self::Pipe(Arc::downgrade(pipe))
    }

    pub(crate) fn wire(wire: &Arc<Wire>) -> Self {
        Self::Wire(Arc::downgrade(wire))
    }

    fn is_over(&self) -> bool {
        match self {
            Self::Pipe(pipe) => pipe.strong_count() == 0,
            Self::Wire(wire) => wire.strong_count() == 0,
        }
    }

    /// Resets both ends.
    pub(crate) fn cut(&self) {
        match self {
            Self::Pipe(pipe) => pipe.upgrade().iter().for_each(|pipe| pipe.cut()),
            Self::Wire(wire) => wire.upgrade().iter().for_each(|wire| wire.cut()),
        }
    }
}

/// What is under way on the sockets of LIVE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Traffic {
    /// Nothing.
    None,
    /// Bytes or datagrams between sockets of the lab.
    Inside,
    /// A session with a program outside the lab.
    Outside,
}

impl Sessions {
    /// What is under way in all sessions, and how many bytes were written or read in them so far.
    pub(crate) fn traffic(&self) -> (Traffic, u64) {
        let mut all = (Traffic::None, 0);
        for (_, line) in &self.open {
            if let Line::Wire(wire) = line
                && let Some(wire) = wire.upgrade()
            {
                let (traffic, bytes) = wire.traffic();
                all = (all.0.max(traffic), all.1 + bytes);
            }
        }
        all
    }

    /// Adds a session between two hosts; an end that belongs to no host is `None`.
    pub(crate) fn add(&mut self, machines: [Option<usize>; 2], line: Line) {
        if self.open.len() >= self.sweep_at {
            self.open.retain(|(_, line)| !line.is_over());
            self.sweep_at = 64.max(2 * self.open.len());
        }
        self.open.push((machines, line));
    }

    /// The sessions of a host.
    pub(crate) fn of(&self, machine: usize) -> Vec<Line> {
        self.open
            .iter()
            .filter(|(machines, _)| machines.contains(&Some(machine)))
            .map(|(_, line)| line.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_are_over_are_swept_out_and_the_others_stay() {
        let mut sessions = Sessions::default();
        let lasting: Vec<_> = (0..100)
            .map(|_| {
                let wire = Wire::new(None, false);
                sessions.add([Some(1), Some(2)], Line::wire(&wire));
                wire
            })
            .collect();
        for _ in 0..1000 {
            sessions.add([Some(1), None], Line::wire(&Wire::new(None, false)));
        }
        assert_eq!(sessions.of(2).len(), lasting.len());
        assert!(sessions.of(1).len() < 400);
        assert!(sessions.of(3).is_empty());
    }
}
