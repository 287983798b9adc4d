//! The shader programs: which files of `shaders/` make one, in which order.
//!
//! WGSL has no includes; a program is its files, one after the other. The files are embedded, so that the program runs
//! from anywhere. All of them are validated by a test that needs no GPU.

macro_rules! files {
    ($($name:ident = $file:literal;)*) => {$(
        const $name: &str = include_str!(concat!("../../../shaders/", $file));
    )*};
}

files! {
    VIEW = "view.wgsl";
    LIGHT = "light.wgsl";
    SKY_MODEL = "sky_model.wgsl";
    SKY_BAKE = "sky_bake.wgsl";
    DOWNSAMPLE = "downsample.wgsl";
    SKY = "sky.wgsl";
    SET = "set.wgsl";
    GROUND_LIGHT = "ground_light.wgsl";
    CONTACT = "contact.wgsl";
    HUMAN = "human.wgsl";
    SKIN = "skin.wgsl";
    TONE = "tone.wgsl";
    WALL = "wall.wgsl";
    CARDS = "cards.wgsl";
    PATTERN = "pattern.wgsl";
    FINISH = "finish.wgsl";
    SIGNAL = "signal.wgsl";
    COMPOSITE = "composite.wgsl";
    DEVELOP = "develop.wgsl";
    LAMP = "lamp.wgsl";
    LAMPS = "lamps.wgsl";
    ROOM = "room.wgsl";
}

/// A shader program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    SkyBake,
    Downsample,
    Sky,
    Set,
    GroundLight,
    Contact,
    Human,
    Skin,
    Composite,
    Finish,
    Signal,
    Develop,
    Lamps,
    Room,
}

impl Program {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 14] = [
        Self::SkyBake,
        Self::Downsample,
        Self::Sky,
        Self::Set,
        Self::GroundLight,
        Self::Contact,
        Self::Human,
        Self::Skin,
        Self::Composite,
        Self::Finish,
        Self::Signal,
        Self::Develop,
        Self::Lamps,
        Self::Room,
    ];

    fn files(self) -> &'static [&'static str] {
        match self {
            Self::SkyBake => &[SKY_MODEL, SKY_BAKE],
            Self::Downsample => &[DOWNSAMPLE],
            Self::Sky => &[VIEW, LIGHT, SKY],
            Self::Set => &[VIEW, LIGHT, SET],
            Self::GroundLight => &[GROUND_LIGHT],
            Self::Contact => &[VIEW, LIGHT, CONTACT],
            Self::Human => &[VIEW, LIGHT, HUMAN],
            Self::Skin => &[SKIN],
            Self::Composite => &[TONE, WALL, CARDS, PATTERN, COMPOSITE],
            Self::Finish => &[TONE, WALL, FINISH],
            Self::Signal => &[TONE, WALL, SIGNAL],
            Self::Develop => &[TONE, DEVELOP],
            Self::Lamps => &[LAMP, LAMPS],
            Self::Room => &[VIEW, LAMP, ROOM],
        }
    }

    /// The program's text.
    pub(crate) fn source(self) -> String {
        self.files().concat()
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
