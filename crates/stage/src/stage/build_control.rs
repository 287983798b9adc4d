//! The table `[control]`: raw values in, a checked plan out.

use crate::file::{ControlFile, TelemetryFile};
use crate::locate::Located;
use crate::{ControlPlan, OSC_ALLOW_MAX, Problem, StageError};
use std::net::{IpAddr, SocketAddr};
use std::path::Component;

/// What turns the interface for programs off.
const OFF: &str = "off";

pub(super) fn control(at: Located<'_>, file: &ControlFile) -> Result<ControlPlan, StageError> {
    let usual = ControlPlan::default();
    let http = match file.http.as_deref() {
        None => usual.http,
        Some(OFF) => None,
        Some(text) => Some(loopback(at, "http", address(at, "http", text)?)?),
    };
    let osc = file.osc.as_deref().map(|text| address(at, "osc", text));
    let osc = osc.transpose()?;
    let allow = file.osc_allow.as_deref().unwrap_or_default();
    if allow.len() > OSC_ALLOW_MAX {
        let (count, limit) = (allow.len(), OSC_ALLOW_MAX);
        return Err(at.error("osc_allow", Problem::TooMany { count, limit }));
    }
    let machine = |text: &String| {
        let parsed: Result<IpAddr, _> = text.trim().parse();
        parsed.map_err(|_| at.error("osc_allow", Problem::BadAddress))
    };
    let osc_allow: Vec<IpAddr> = allow.iter().map(machine).collect::<Result<_, _>>()?;
    if osc.is_some_and(|a: SocketAddr| !a.ip().is_loopback()) && osc_allow.is_empty() {
        return Err(at.error("osc_allow", Problem::Missing));
    }
    Ok(ControlPlan {
        http,
        osc,
        osc_allow,
        takes: folder(at, file.takes.as_deref())?.unwrap_or(usual.takes),
        metrics: usual.metrics,
    })
}

/// Where figures are served.
pub(super) fn metrics(
    at: Located<'_>,
    file: &TelemetryFile,
) -> Result<Option<SocketAddr>, StageError> {
    let Some(text) = file.metrics.as_deref().filter(|text| *text != OFF) else {
        return Ok(None);
    };
    loopback(at, "metrics", address(at, "metrics", text)?).map(Some)
}

fn address(at: Located<'_>, key: &str, text: &str) -> Result<SocketAddr, StageError> {
    let parsed = text.trim().parse();
    parsed.map_err(|_| at.error(key, Problem::BadAddress))
}

fn loopback(at: Located<'_>, key: &str, address: SocketAddr) -> Result<SocketAddr, StageError> {
    let stays = address.ip().is_loopback();
    stays
        .then_some(address)
        .ok_or_else(|| at.error(key, Problem::NotLoopback))
}

/// A folder that lies below the stage file's, so that a stage from elsewhere cannot write where it likes.
fn folder(at: Located<'_>, text: Option<&str>) -> Result<Option<String>, StageError> {
    let Some(text) = text else {
        return Ok(None);
    };
    let mut parts = std::path::Path::new(text).components();
    let stays = !text.is_empty()
        && !text.chars().any(char::is_control)
        && parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    stays
        .then(|| Some(text.to_owned()))
        .ok_or_else(|| at.error("takes", Problem::OutsideFolder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;

    fn plan(table: &str) -> Result<ControlPlan, StageError> {
        let text = format!(
            "name = \"s\"\n{table}\n[[wall]]\nname = \"w\"\nkind = \"plane\"\nwidth_m = 2.0\nheight_m = 1.0\n\
             position_m = [0.0, 1.5, -3.0]\ncabinets = [2, 1]\ncabinet_px = [10, 10]\ncanvas_px = [0, 0]\n"
        );
        Stage::from_toml(&text).map(|stage| stage.control().clone())
    }

    #[test]
    fn without_a_table_the_panel_finds_the_stage_and_nobody_else_does() {
        let plan = plan("").expect("a stage");
        assert_eq!(plan, ControlPlan::default());
        assert!(plan.http.is_some_and(|a| a.ip().is_loopback()) && plan.osc.is_none());
    }

    #[test]
    fn a_table_is_taken_as_it_is_written() {
        let plan = plan(
            "[control]\nhttp = \"[::1]:8470\"\nosc = \"192.168.1.5:8471\"\nosc_allow = [\"192.168.1.20\"]\ntakes = \"day 3/takes\"",
        )
        .expect("a stage");
        assert_eq!(plan.http, "[::1]:8470".parse().ok());
        assert_eq!(plan.osc, "192.168.1.5:8471".parse().ok());
        assert_eq!(
            plan.osc_allow,
            ["192.168.1.20".parse::<IpAddr>().expect("an address")]
        );
        assert_eq!(plan.takes, "day 3/takes");
        let off = super::tests::plan("[control]\nhttp = \"off\"").expect("a stage");
        assert_eq!(off.http, None);
    }

    #[test]
    fn what_would_open_the_stage_to_others_is_refused_with_its_place() {
        let table = [
            ("http = \"0.0.0.0:8470\"", "control.http"),
            ("http = \"8470\"", "control.http"),
            ("osc = \"0.0.0.0:8471\"", "control.osc_allow"),
            ("osc = \"here\"", "control.osc"),
            ("osc_allow = [\"everyone\"]", "control.osc_allow"),
            ("takes = \"/etc\"", "control.takes"),
            ("takes = \"../elsewhere\"", "control.takes"),
            ("takes = \"\"", "control.takes"),
        ];
        for (line, path) in table {
            let error = plan(&format!("[control]\n{line}")).expect_err(line);
            let said = error.to_string();
            assert!(said.contains("line 2") || said.contains("line 3"), "{said}");
            assert!(
                said.contains(path.split_once('.').expect("a key").1),
                "{said}"
            );
        }
        assert!(plan("[control]\ntoken = \"x\"").is_err());
    }
}
