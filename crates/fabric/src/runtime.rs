//! The two runtimes: SIM on paused time without any I/O, LIVE with sockets.
//!
//! Both run on one thread: tasks run in the order in which they were woken, which is what makes two
//! runs of a simulation the same. A second thread only watches over a simulation: a task that is
//! ready again and again keeps the paused clock from moving, and the simulation would never end.

use std::future::{Future, poll_fn};
use std::io::{self, Write};
use std::pin::pin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::task::Waker;
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;

#[cfg(unix)]
use crate::first_of::{Either, first_of};

/// How much real time a simulation may take before it counts as hung.
pub const REAL_TIME_MAX: Duration = Duration::from_mins(2);

/// How long a hung simulation has to come to rest before the process is ended.
const GRACE: Duration = Duration::from_secs(5);

/// Runs the future in a simulation of its own and gives its output.
///
/// # Panics
/// When it takes more than [`REAL_TIME_MAX`] of real time.
pub fn simulation<F: Future>(future: F) -> F::Output {
    simulation_within(REAL_TIME_MAX, future)
}

/// Runs the future in a simulation of its own that may take that much real time.
///
/// # Panics
/// When it takes longer. A task that never gives way cannot be stopped by a panic: then the whole
/// process is aborted, with the same message.
pub fn simulation_within<F: Future>(limit: Duration, future: F) -> F::Output {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O asks nothing of the system");
    let watch = &Mutex::new(Watch::default());
    thread::scope(|scope| {
        let (running, ended) = channel::<()>();
        scope.spawn(move || watch_over(watch, limit, &ended));
        let output = runtime.block_on(watched(watch, limit, future));
        drop(running);
        output
    })
}

/// Runs the future on a runtime with sockets, in real time.
///
/// # Errors
/// When the system refuses the runtime its I/O driver.
pub fn live<F: Future>(future: F) -> io::Result<F::Output> {
    Ok(Builder::new_current_thread().enable_all().build()?.block_on(future))
}

/// Waits until somebody asks the program to stop: Ctrl-C, or on Unix a SIGTERM.
///
/// # Errors
/// When the system does not tell.
pub async fn interrupted() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        match first_of(tokio::signal::ctrl_c(), terminate.recv()).await {
            Either::First(result) => result,
            Either::Second(_) => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

#[derive(Default)]
struct Watch {
    overdue: bool,
    waker: Option<Waker>,
}

/// The future, with a panic at its next turn once it is overdue.
async fn watched<F: Future>(watch: &Mutex<Watch>, limit: Duration, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        {
            let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
            assert!(!watch.overdue, "{}", complaint(limit));
            watch.waker = Some(context.waker().clone());
        }
        future.as_mut().poll(context)
    })
    .await
}

fn watch_over(watch: &Mutex<Watch>, limit: Duration, ended: &Receiver<()>) {
    if ended.recv_timeout(limit) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let waker = {
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        watch.overdue = true;
        watch.waker.take()
    };
    if let Some(waker) = waker {
        waker.wake();
    }
    if ended.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
        // Not a macro: test harnesses catch what those print, and lose it when the process ends.
        let _unwritable = writeln!(io::stderr().lock(), "{}", complaint(limit));
        std::process::abort();
    }
}

fn complaint(limit: Duration) -> String {
    format!(
        "the simulation did not end within {limit:?} of real time: either a task is ready again \
         and again, so that the paused clock never moves, or everything waits for something that \
         never comes"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    #[test]
    fn a_simulation_gives_the_output_of_its_future() {
        assert_eq!(simulation(async { 7 }), 7);
        assert_eq!(live(async { 7 }).unwrap(), 7);
    }

    fn message(run: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let panic = std::panic::catch_unwind(run).expect_err("the simulation hangs");
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    }

    #[test]
    fn a_task_that_is_always_ready_ends_in_a_panic() {
        let message = message(|| {
            simulation_within(SHORT, async {
                tokio::spawn(async {
                    loop {
                        tokio::task::yield_now().await;
                    }
                });
                std::future::pending::<()>().await;
            });
        });
        assert!(message.starts_with("the simulation did not end within 20ms"), "{message}");
    }

    #[test]
    fn a_wait_for_something_that_never_comes_ends_in_a_panic() {
        let message = message(|| simulation_within(SHORT, std::future::pending::<()>()));
        assert!(message.contains("never comes"), "{message}");
    }
}
