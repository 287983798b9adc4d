//! By which method motions are continued to the moment at which they are seen.
//!
//! The choice alone, because a stage file names it and the clocks' crate carries it out. What must stay true: each method has
//! one word, and a word one method.

/// By which method a motion is continued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prediction {
    /// What is seen is shown as it was.
    None,
    /// The mean velocity of the last 20 ms goes on.
    ConstantVelocity,
    /// The trend of two exponential averages goes on (LaViola 2003; Brown's linear smoothing).
    DoubleExponential,
    /// A Kalman filter whose acceleration fades (Singer 1970): a motion that brakes is seen to brake.
    Kalman,
    /// The same, corrected by what it missed of this camera or prop in the last seconds (a ridge regression on the ways
    /// before). A performer's joints change their ways too soon for that: they go on as by the filter.
    #[default]
    Learned,
}

impl Prediction {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::ConstantVelocity,
        Self::DoubleExponential,
        Self::Kalman,
        Self::Learned,
    ];

    /// Its word in a stage file.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ConstantVelocity => "constant-velocity",
            Self::DoubleExponential => "double-exponential",
            Self::Kalman => "kalman",
            Self::Learned => "learned",
        }
    }

    /// The method of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_methods_are_one_to_one() {
        for method in Prediction::ALL {
            assert_eq!(Prediction::from_word(method.word()), Some(method));
        }
        assert_eq!(Prediction::from_word("Kalman"), None);
    }
}
