//! Work on as many threads as there are processors. Never while something is measured.

use std::{
    num::NonZeroUsize,
    panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// `of` of each, in the order of `all`. A thread takes the next one when it is done with the one before.
pub fn each<T: Sync, U: Send>(all: &[T], of: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(at) else { return done };
            done.push((at, of(one)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(all.len());
    let mut done: Vec<(usize, U)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn keeps_the_order() {
        let all: Vec<u32> = (0..1000).collect();
        assert_eq!(super::each(&all, |one| one * 2), all.iter().map(|one| one * 2).collect::<Vec<_>>());
        assert_eq!(super::each(&[] as &[u32], |one| *one), Vec::<u32>::new());
    }
}
