//! The shader programs: which files of `shaders/` make one, in which order.
//!
//! WGSL has no includes; a program is its files, one after the other. The files are embedded, so that the program runs
//! from anywhere. All of them are validated by a test that needs no GPU. While they are edited, texts from a folder lie over
//! them ([`Edited`]): for the whole process, as the built-in ones are.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// A file of `shaders/`.
pub(crate) struct ShaderFile {
    name: &'static str,
    text: &'static str,
}

macro_rules! files {
    ($($name:ident = $file:literal;)*) => {
        $(const $name: &ShaderFile = &ShaderFile {
            name: $file,
            text: include_str!(concat!("../../../shaders/", $file)),
        };)*
        const FILES: &[&ShaderFile] = &[$($name),*];
    };
}

/// Texts that lie over the built-in ones.
static EDITED: RwLock<Edited> = RwLock::new(Edited(BTreeMap::new()));

/// Edited files by their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edited(BTreeMap<&'static str, String>);

impl Edited {
    pub(crate) fn set(&mut self, name: &'static str, text: String) {
        self.0.insert(name, text);
    }

    /// Lays these texts over the built-in ones for all programs that are made from now on; what lay there before.
    pub(crate) fn apply(self) -> Self {
        let mut edited = EDITED.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *edited, self)
    }

    fn text<'a>(&'a self, file: &'static ShaderFile) -> &'a str {
        self.0.get(file.name).map_or(file.text, String::as_str)
    }
}

files! {
    VIEW = "view.wgsl";
    LIGHT = "light.wgsl";
    SKY_MODEL = "sky_model.wgsl";
    SKY_BAKE = "sky_bake.wgsl";
    SKY_PICTURE = "sky_picture.wgsl";
    DOWNSAMPLE = "downsample.wgsl";
    SKY = "sky.wgsl";
    SET = "set.wgsl";
    GROUND_LIGHT = "ground_light.wgsl";
    PLATE = "plate.wgsl";
    CONTACT = "contact.wgsl";
    SURFACE = "surface.wgsl";
    HUMAN = "human.wgsl";
    IDS = "ids.wgsl";
    SEEN = "seen.wgsl";
    SEEN_ONE = "seen_one.wgsl";
    SEEN_MANY = "seen_many.wgsl";
    SKIN = "skin.wgsl";
    TONE = "tone.wgsl";
    WALL = "wall.wgsl";
    CARDS = "cards.wgsl";
    PATTERN = "pattern.wgsl";
    FINISH = "finish.wgsl";
    SIGNAL = "signal.wgsl";
    COMPOSITE = "composite.wgsl";
    WALL_PLATE = "wall_plate.wgsl";
    DEVELOP = "develop.wgsl";
    LAMP = "lamp.wgsl";
    LAMPS = "lamps.wgsl";
    ROOM = "room.wgsl";
    PRESENT = "present.wgsl";
}

/// A shader program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    SkyBake,
    SkyPicture,
    Downsample,
    Sky,
    Set,
    GroundLight,
    Plate,
    Contact,
    Human,
    Ids,
    SeenOne,
    SeenMany,
    Skin,
    Composite,
    Finish,
    Signal,
    Develop,
    Lamps,
    Room,
    Present,
}

impl Program {
    pub(crate) const ALL: [Self; 20] = [
        Self::SkyBake,
        Self::SkyPicture,
        Self::Downsample,
        Self::Sky,
        Self::Set,
        Self::GroundLight,
        Self::Plate,
        Self::Contact,
        Self::Human,
        Self::Ids,
        Self::SeenOne,
        Self::SeenMany,
        Self::Skin,
        Self::Composite,
        Self::Finish,
        Self::Signal,
        Self::Develop,
        Self::Lamps,
        Self::Room,
        Self::Present,
    ];

    fn files(self) -> &'static [&'static ShaderFile] {
        match self {
            Self::SkyBake => &[SKY_MODEL, SKY_BAKE],
            Self::SkyPicture => &[SKY_PICTURE],
            Self::Downsample => &[DOWNSAMPLE],
            Self::Sky => &[VIEW, LIGHT, SKY],
            Self::Set => &[VIEW, LIGHT, SET],
            Self::GroundLight => &[GROUND_LIGHT],
            Self::Plate => &[VIEW, PLATE],
            Self::Contact => &[VIEW, LIGHT, CONTACT],
            Self::Human => &[VIEW, LIGHT, SURFACE, HUMAN],
            Self::Ids => &[VIEW, LIGHT, SURFACE, IDS],
            Self::SeenOne => &[VIEW, LIGHT, SURFACE, SEEN, SEEN_ONE],
            Self::SeenMany => &[VIEW, LIGHT, SURFACE, SEEN, SEEN_MANY],
            Self::Skin => &[SKIN],
            Self::Composite => &[TONE, WALL, CARDS, PATTERN, COMPOSITE, WALL_PLATE],
            Self::Finish => &[TONE, WALL, FINISH],
            Self::Signal => &[TONE, WALL, SIGNAL],
            Self::Develop => &[TONE, DEVELOP],
            Self::Lamps => &[LAMP, LAMPS],
            Self::Room => &[VIEW, LAMP, ROOM],
            Self::Present => &[PRESENT],
        }
    }

    /// The names of all files.
    pub(crate) fn file_names() -> Vec<&'static str> {
        FILES.iter().map(|file| file.name).collect()
    }

    /// A file as it was built in.
    #[cfg(test)]
    pub(crate) fn embedded(name: &str) -> Option<&'static str> {
        FILES.iter().find(|f| f.name == name).map(|f| f.text)
    }

    /// The program's text.
    pub(crate) fn source(self) -> String {
        let edited = EDITED.read().unwrap_or_else(PoisonError::into_inner);
        self.source_with(&edited)
    }

    /// The program's text with edits that are not yet taken.
    pub(crate) fn source_with(self, edited: &Edited) -> String {
        self.files().iter().map(|file| edited.text(file)).collect()
    }

    /// The file that a line of the program's text is from, and its line there.
    pub(crate) fn file_of_line(self, edited: &Edited, line: u32) -> (&'static str, u32) {
        let mut first = 0;
        let mut last = ("", line);
        for file in self.files() {
            last = (file.name, line.saturating_sub(first));
            // A file that does not end its last line goes on into the next one's first.
            let lines = edited.text(file).matches('\n').count() as u32;
            if line <= first + lines {
                break;
            }
            first += lines;
        }
        last
    }

    /// The program on a device.
    pub(crate) fn module(self, device: &wgpu::Device) -> wgpu::ShaderModule {
        device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(&format!("{self:?}")),
            source: wgpu::ShaderSource::Wgsl(self.source().into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Program;

    #[test]
    fn every_program_is_valid_without_a_gpu() {
        for program in Program::ALL {
            let source = program.source();
            let module = naga::front::wgsl::parse_str(&source)
                .unwrap_or_else(|e| panic!("{program:?}: {}", e.emit_to_string(&source)));
            let info = naga::valid::Validator::new(
                naga::valid::ValidationFlags::all(),
                naga::valid::Capabilities::empty(),
            )
            .validate(&module);
            if let Err(error) = info {
                panic!("{program:?}: {}", error.emit_to_string(&source));
            }
            assert!(!module.entry_points.is_empty());
        }
    }
}
