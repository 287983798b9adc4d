//! What is written of the outer view.

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OuterFile {
    pub eye_m: [f64; 3],
    pub resolution_scale: Option<f64>,
    pub follow: Option<Spanned<FollowFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowFile {
    pub camera: String,
    pub time_s: Option<f64>,
    pub speed_m_s: Option<f64>,
    pub reach_m: Option<f64>,
}
