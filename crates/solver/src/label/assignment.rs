//! Optimal assignment of rows (expected markers) to columns (points seen), with gates.
//!
//! Shortest augmenting paths with potentials (Jonker and Volgenant, *Computing* 38, 1987), on the few candidates that a
//! row's gate lets through instead of a dense matrix: most rows have one candidate that nobody else wants and cost
//! nothing. A row may also stay without a column at a cost of its own. All memory is made once.

use crate::limits::LABEL_CANDIDATES_MAX;

/// "No column" and "no row".
pub(crate) const NOBODY: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Candidate {
    column: u32,
    cost: f64,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    candidates: [Candidate; LABEL_CANDIDATES_MAX],
    count: u8,
    /// The cost of staying without a column.
    alone: f64,
    potential: f64,
    column: u32,
}

impl Row {
    const EMPTY: Self = Self {
        candidates: [Candidate {
            column: NOBODY,
            cost: 0.0,
        }; LABEL_CANDIDATES_MAX],
        count: 0,
        alone: 0.0,
        potential: 0.0,
        column: NOBODY,
    };
}

#[derive(Clone, Copy, Debug)]
struct Column {
    row: u32,
    potential: f64,
    /// Of the path being searched.
    distance: f64,
    from: u32,
    done: bool,
}

impl Column {
    const EMPTY: Self = Self {
        row: NOBODY,
        potential: 0.0,
        distance: f64::INFINITY,
        from: NOBODY,
        done: false,
    };
}

/// How a search for a path ended.
enum End {
    /// A row goes without a column.
    Alone(u32),
    /// A column that nobody had.
    Free(u32),
}

/// Solves one assignment after the other in the same memory.
#[derive(Clone, Debug)]
pub(crate) struct Assigner {
    rows: Vec<Row>,
    columns: Vec<Column>,
    touched: Vec<u32>,
}

impl Assigner {
    pub(crate) fn new(rows_max: usize, columns_max: usize) -> Self {
        Self {
            rows: Vec::with_capacity(rows_max),
            columns: Vec::with_capacity(columns_max),
            touched: Vec::with_capacity(columns_max),
        }
    }

    /// Starts a new problem.
    pub(crate) fn begin(&mut self, columns: usize) {
        self.rows.clear();
        self.columns.clear();
        self.columns.resize(columns, Column::EMPTY);
    }

    /// Adds a row that would rather stay alone than take a candidate that costs `alone` or more; returns its number.
    pub(crate) fn add_row(&mut self, alone: f64) -> usize {
        self.rows.push(Row {
            alone,
            ..Row::EMPTY
        });
        self.rows.len() - 1
    }

    /// Offers the row added last a column at a cost ≥ 0. It remembers the cheapest ones.
    pub(crate) fn offer(&mut self, column: usize, cost: f64) {
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        if !(cost < row.alone) || column >= self.columns.len() {
            return;
        }
        let new = Candidate {
            column: column as u32,
            cost,
        };
        let count = usize::from(row.count);
        if count < LABEL_CANDIDATES_MAX {
            row.candidates[count] = new;
            row.count += 1;
            return;
        }
        let dearest = (0..count).fold(0, |d, i| {
            if row.candidates[i].cost > row.candidates[d].cost {
                i
            } else {
                d
            }
        });
        if row.candidates[dearest].cost > cost {
            row.candidates[dearest] = new;
        }
    }

    /// Finds the assignment of least total cost.
    pub(crate) fn solve(&mut self) {
        for row in 0..self.rows.len() {
            self.augment(row as u32);
        }
    }

    /// The column that a row got.
    pub(crate) fn column_of(&self, row: usize) -> Option<usize> {
        self.rows
            .get(row)
            .filter(|r| r.column != NOBODY)
            .map(|r| r.column as usize)
    }

    /// The row that got a column.
    pub(crate) fn row_of(&self, column: usize) -> Option<usize> {
        self.columns
            .get(column)
            .filter(|c| c.row != NOBODY)
            .map(|c| c.row as usize)
    }

    fn augment(&mut self, start: u32) {
        self.touched.clear();
        let (mut row, mut base) = (start, 0.0);
        let mut alone = (f64::INFINITY, start);
        let (end, length) = loop {
            let at = &self.rows[row as usize];
            let stays = base + at.alone - at.potential;
            if stays < alone.0 {
                alone = (stays, row);
            }
            for candidate in &at.candidates[..usize::from(at.count)] {
                let column = &mut self.columns[candidate.column as usize];
                let length = base + candidate.cost - at.potential - column.potential;
                if !column.done && length < column.distance {
                    if column.distance == f64::INFINITY {
                        self.touched.push(candidate.column);
                    }
                    (column.distance, column.from) = (length, row);
                }
            }
            let Some(nearest) = self.nearest_column() else {
                break (End::Alone(alone.1), alone.0);
            };
            let column = &mut self.columns[nearest as usize];
            if column.distance >= alone.0 {
                break (End::Alone(alone.1), alone.0);
            }
            if column.row == NOBODY {
                break (End::Free(nearest), column.distance);
            }
            column.done = true;
            (row, base) = (column.row, column.distance);
        };
        self.raise_potentials(start, length);
        self.flip(start, end);
    }

    fn nearest_column(&self) -> Option<u32> {
        let mut nearest = None;
        let mut least = f64::INFINITY;
        for &c in &self.touched {
            let column = &self.columns[c as usize];
            if !column.done && column.distance < least {
                (nearest, least) = (Some(c), column.distance);
            }
        }
        nearest
    }

    fn raise_potentials(&mut self, start: u32, length: f64) {
        self.rows[start as usize].potential += length;
        for &c in &self.touched {
            let column = &mut self.columns[c as usize];
            if column.done {
                column.potential += column.distance - length;
                self.rows[column.row as usize].potential += length - column.distance;
            }
            (column.done, column.distance) = (false, f64::INFINITY);
        }
    }

    /// Exchanges who has what along the path that ended at `end`.
    fn flip(&mut self, start: u32, end: End) {
        let mut free = match end {
            End::Free(column) => column,
            End::Alone(row) => {
                let released = self.rows[row as usize].column;
                self.rows[row as usize].column = NOBODY;
                if row == start {
                    return;
                }
                released
            }
        };
        loop {
            let row = self.columns[free as usize].from;
            let before = self.rows[row as usize].column;
            self.columns[free as usize].row = row;
            self.rows[row as usize].column = free;
            if row == start {
                return;
            }
            free = before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The least cost by trying everything.
    fn brute(costs: &[Vec<Option<f64>>], alone: &[f64], row: usize, used: &mut Vec<bool>) -> f64 {
        if row == costs.len() {
            return 0.0;
        }
        let mut best = alone[row] + brute(costs, alone, row + 1, used);
        for c in 0..used.len() {
            if let (false, Some(cost)) = (used[c], costs[row][c]) {
                used[c] = true;
                best = best.min(cost + brute(costs, alone, row + 1, used));
                used[c] = false;
            }
        }
        best
    }

    proptest! {
        #[test]
        fn costs_the_least_and_gives_each_column_once(
            costs in prop::collection::vec(prop::collection::vec(prop::option::of(0.0..10.0f64), 5), 1..7),
            alone in prop::collection::vec(1.0..12.0f64, 7),
        ) {
            let mut assigner = Assigner::new(8, 8);
            // Twice, so that what one problem leaves behind would show in the next.
            for _ in 0..2 {
                assigner.begin(5);
                for (r, row) in costs.iter().enumerate() {
                    assigner.add_row(alone[r]);
                    for (c, cost) in row.iter().enumerate() {
                        if let Some(cost) = cost {
                            assigner.offer(c, *cost);
                        }
                    }
                }
                assigner.solve();
                let mut used = [false; 5];
                let mut total = 0.0;
                for (r, row) in costs.iter().enumerate() {
                    match assigner.column_of(r) {
                        None => total += alone[r],
                        Some(c) => {
                            prop_assert!(!std::mem::replace(&mut used[c], true));
                            total += row[c].unwrap();
                        }
                    }
                }
                let least = brute(&costs, &alone, 0, &mut vec![false; 5]);
                prop_assert!((total - least).abs() < 1e-9, "{total}, but {least} is possible");
            }
        }
    }
}
