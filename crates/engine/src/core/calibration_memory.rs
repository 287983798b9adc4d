//! The last seconds of a performer's markers, kept so that the performer can be calibrated at any moment.

use cyc_model::{Point, Stage};

/// A ring of marker frames with room for a fixed number of them.
#[derive(Clone, Debug)]
pub struct CalibrationMemory {
    markers: usize,
    capacity: usize,
    values: Vec<Option<Point<Stage>>>,
    next: usize,
    len: usize,
}

impl CalibrationMemory {
    /// Room for `capacity` frames of `markers` markers.
    pub fn new(markers: usize, capacity: usize) -> Self {
        let values = vec![None; markers * capacity];
        Self {
            markers,
            capacity,
            values,
            next: 0,
            len: 0,
        }
    }

    /// Remembers a frame; the oldest one makes room.
    pub fn push(&mut self, frame: &[Option<Point<Stage>>]) {
        let at = self.next * self.markers;
        if let (true, Some(slot)) = (
            frame.len() == self.markers,
            self.values.get_mut(at..at + self.markers),
        ) {
            slot.copy_from_slice(frame);
            self.next = (self.next + 1) % self.capacity;
            self.len = (self.len + 1).min(self.capacity);
        }
    }

    /// Frames remembered.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        (self.next, self.len) = (0, 0);
    }

    /// The frames, oldest first. Allocates: for the calibration, not for the live path.
    pub fn frames(&self) -> Vec<Vec<Option<Point<Stage>>>> {
        let first = (self.next + self.capacity - self.len) % self.capacity.max(1);
        (0..self.len)
            .map(|i| {
                let at = (first + i) % self.capacity * self.markers;
                self.values[at..at + self.markers].to_vec()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_newest_in_order() {
        let mut memory = CalibrationMemory::new(1, 3);
        for i in 0..5 {
            memory.push(&[Some(Point::xyz(f64::from(i), 0.0, 0.0))]);
        }
        let xs: Vec<_> = memory
            .frames()
            .iter()
            .map(|f| f[0].unwrap().metres().x)
            .collect();
        assert_eq!(xs, [2.0, 3.0, 4.0]);
        memory.push(&[None, None]);
        assert_eq!(memory.len(), 3, "a frame of another size is not remembered");
        memory.clear();
        assert!(memory.frames().is_empty());
    }
}
