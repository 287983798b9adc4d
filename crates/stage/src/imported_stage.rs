//! What another program's configuration became, and what of it did not become anything, with the reason.

use cyc_model::NAME_BYTES_MAX;
use std::collections::BTreeSet;

/// A configuration, translated.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedStage {
    /// The stage file.
    pub toml: String,
    /// How many walls it has.
    pub walls: usize,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// Files that belong beside the stage file: name and text.
    pub files: Vec<(String, String)>,
}

impl ImportedStage {
    /// The same with files whose names begin with `stem`: two stages in one folder do not write over each other's walls.
    #[must_use]
    pub fn named_after(mut self, stem: &str) -> Self {
        for (name, _) in &mut self.files {
            let key = |name: &str| format!("\nfile = {}", toml::Value::String(name.to_owned()));
            let longer = format!("{stem}-{name}");
            // With the end of the value, so that a name that begins like another one is left alone.
            self.toml = self.toml.replace(&key(name), &key(&longer));
            *name = longer;
        }
        self
    }
}

/// What a wall may be called that is called `written` where it comes from: nothing is called so yet. `beside` tells those
/// apart that have one name.
pub(crate) fn free_name(taken: &BTreeSet<String>, written: &str, beside: &str) -> String {
    // Room for a number.
    const NUMBER_BYTES: usize = 4;
    let cut = |text: &str| {
        let most = text.len().min(NAME_BYTES_MAX - NUMBER_BYTES);
        text[..text.floor_char_boundary(most)].trim_end().to_owned()
    };
    let long = cut(&format!("{beside} {written}"));
    let numbered = (2..).map(|nth: u32| format!("{long} {nth}"));
    let names = [cut(written), long.clone()].into_iter();
    let mut free = names.chain(numbered).filter(|name| !taken.contains(name));
    free.next().unwrap_or(long)
}

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOutReason {
    /// The shape is a mesh among the engine's assets, which no configuration holds. The wall is in the stage file as
    /// comments, to be completed.
    Mesh,
    /// The picture of a camera that the engine chooses while it runs: it is no wall.
    Camera,
    /// The file that the shape is in was not found.
    NoFile,
    /// A float map without an archive, which says neither its unit nor its axes.
    BareMap,
    /// A calibration of a kind that is not read.
    Calibration,
    /// The pixels of another viewport again.
    Linked,
    /// A frustum given in numbers, which says nothing of where the wall is.
    Frustum,
    /// A map for projectors that overlap.
    Blending,
}

impl LeftOutReason {
    /// Whether it is a wall that somebody can complete.
    pub fn may_become_a_wall(self) -> bool {
        matches!(self, Self::Mesh | Self::NoFile | Self::BareMap)
    }
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The viewport or region.
    pub part: String,
    /// Its policy's or map's name as it is written.
    pub kind: String,
    /// The mesh, file or map that it names; its kind where it names none.
    pub what: String,
    /// Why.
    pub reason: LeftOutReason,
}

impl LeftOut {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self.reason {
            LeftOutReason::Mesh => "stage-import-left-mesh",
            LeftOutReason::Camera => "stage-import-left-camera",
            LeftOutReason::NoFile => "stage-import-left-no-file",
            LeftOutReason::BareMap => "stage-import-left-bare-map",
            LeftOutReason::Calibration => "stage-import-left-calibration",
            LeftOutReason::Linked => "stage-import-left-linked",
            LeftOutReason::Frustum => "stage-import-left-frustum",
            LeftOutReason::Blending => "stage-import-left-blending",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        vec![("part", self.part.clone()), ("what", self.what.clone())]
    }
}
