//! Timing in rounds: every contender once a round, so that all of them share the machine's good and bad moments.

use std::time::Instant;

/// A contender: a name, whether it is ours, and how to run it once. The run returns its figures (nanoseconds, most often),
/// always in the same number and order.
pub struct Contender<'a> {
    /// As it stands in the table.
    pub name: &'a str,
    /// Ours is compared with the best of the others.
    pub is_ours: bool,
    /// Runs it once.
    pub run: Box<dyn FnMut() -> Vec<f64> + 'a>,
}

/// A contender's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// As it stands in the table.
    pub name: String,
    /// Whether it is ours.
    pub is_ours: bool,
    /// Median over the rounds, of each figure.
    pub median: Vec<f64>,
    /// Smallest of the rounds, of each figure: the least disturbed.
    pub best: Vec<f64>,
}

/// Runs all contenders `rounds` times in turn, after one round that is thrown away.
pub fn in_turn(rounds: usize, mut contenders: Vec<Contender<'_>>) -> Vec<Figures> {
    let mut samples: Vec<Vec<Vec<f64>>> = vec![Vec::new(); contenders.len()];
    for round in 0..=rounds {
        for (contender, samples) in contenders.iter_mut().zip(&mut samples) {
            let figures = (contender.run)();
            if round > 0 {
                samples.push(figures);
            }
        }
    }
    let figures = contenders.iter().zip(&samples).map(|(contender, samples)| {
        let n = samples.first().map_or(0, Vec::len);
        let column = |i: usize| samples.iter().filter_map(|s| s.get(i).copied()).collect();
        let smallest = |values: Vec<f64>| values.into_iter().fold(f64::INFINITY, f64::min);
        Figures {
            name: contender.name.to_string(),
            is_ours: contender.is_ours,
            median: (0..n).map(|i| median(column(i))).collect(),
            best: (0..n).map(|i| smallest(column(i))).collect(),
        }
    });
    figures.collect()
}

/// Runs `work` and returns the nanoseconds for each of its `n` items.
pub fn ns_each(n: usize, work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_nanos() as f64 / n.max(1) as f64
}

/// The middle of the values (the mean of the two middle ones); zero when there are none.
pub fn median(values: Vec<f64>) -> f64 {
    let values = sorted(values);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (None, _) => 0.0,
        (Some(&upper), 1) => upper,
        (Some(&upper), _) => (upper + values[middle - 1]) / 2.0,
    }
}

/// The smallest value that is not exceeded by the share `q` (0 to 1) of all; zero when there are none.
pub fn percentile(values: Vec<f64>, q: f64) -> f64 {
    let values = sorted(values);
    let rank = (q.clamp(0.0, 1.0) * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(vec![]), 0.0);
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(hundred.clone(), 0.99), 99.0);
        assert_eq!(percentile(hundred, 0.5), 50.0);
    }

    #[test]
    fn contenders_run_in_turn() {
        let order = std::cell::RefCell::new(Vec::new());
        let contender = |name: &'static str| Contender {
            name,
            is_ours: false,
            run: Box::new(|| {
                order.borrow_mut().push(());
                vec![order.borrow().len() as f64]
            }),
        };
        let figures = in_turn(3, vec![contender("a"), contender("b")]);
        assert_eq!((figures[0].median[0], figures[1].median[0]), (5.0, 6.0));
        assert_eq!((figures[0].best[0], figures[1].best[0]), (3.0, 4.0));
    }
}
