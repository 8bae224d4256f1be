//! Whichever future is ready first; at a tie always the first one named.
//!
//! `tokio::select!` polls its branches in random order, which would make two runs differ.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Which of two futures was ready, and what it gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first.
    First(A),
    /// The second; the first was still waiting.
    Second(B),
}

/// Which of three futures was ready, and what it gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneOfThree<A, B, C> {
    /// The first.
    First(A),
    /// The second; the first was still waiting.
    Second(B),
    /// The third; the other two were still waiting.
    Third(C),
}

/// Waits for one of two futures and drops the other.
pub async fn first_of<A: Future, B: Future>(a: A, b: B) -> Either<A::Output, B::Output> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|context| {
        if let Poll::Ready(output) = a.as_mut().poll(context) {
            return Poll::Ready(Either::First(output));
        }
        b.as_mut().poll(context).map(Either::Second)
    })
    .await
}

/// Waits for one of three futures and drops the others.
pub async fn first_of_three<A: Future, B: Future, C: Future>(
    a: A,
    b: B,
    c: C,
) -> OneOfThree<A::Output, B::Output, C::Output> {
    match first_of(a, first_of(b, c)).await {
        Either::First(output) => OneOfThree::First(output),
        Either::Second(Either::First(output)) => OneOfThree::Second(output),
        Either::Second(Either::Second(output)) => OneOfThree::Third(output),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::simulation;
    use std::future::{pending, ready};

    #[test]
    fn at_a_tie_the_first_named_wins() {
        simulation(async {
            assert_eq!(first_of(ready(1), ready(2)).await, Either::First(1));
            let three = first_of_three(pending::<()>(), ready(2), ready(3)).await;
            assert_eq!(three, OneOfThree::Second(2));
        });
    }

    #[test]
    fn the_one_that_is_ready_wins() {
        simulation(async {
            assert_eq!(first_of(pending::<()>(), ready(2)).await, Either::Second(2));
            let three = first_of_three(pending::<()>(), pending::<()>(), ready(3)).await;
            assert_eq!(three, OneOfThree::Third(3));
        });
    }
}
