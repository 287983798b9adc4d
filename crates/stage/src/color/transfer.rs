//! Transfer functions: from light to the signal that an LED processor takes.

use glam::DVec3;

/// From linear light to a signal of 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum Transfer {
    /// The signal is the light.
    Linear,
    /// IEC 61966-2-1.
    #[default]
    Srgb,
    /// A pure power: the signal is light to the power of one over this.
    Gamma(f64),
    /// SMPTE ST 2084: the signal says absolute luminance, up to 10 000 cd/m².
    Pq,
    /// ITU-R BT.2100 hybrid log-gamma, for a display of the wall's peak.
    Hlg,
}

/// The peak for which the system gamma of HLG is 1.2, cd/m².
const HLG_OOTF_PEAK_NIT: f64 = 1000.0;

/// Luminance of linear light with BT.2020 primaries.
const LUMINANCE_2020: DVec3 = DVec3::new(0.2627, 0.6780, 0.0593);

impl Transfer {
    /// The signal of light whose 1 is `unit_nit`, on a wall that can do `peak_nit`. Light that the wall cannot do, and
    /// light below zero, is cut off.
    pub fn encode(self, light: DVec3, unit_nit: f64, peak_nit: f64) -> DVec3 {
        let of_peak = (light * (unit_nit / peak_nit)).clamp(DVec3::ZERO, DVec3::ONE);
        match self {
            Self::Linear => of_peak,
            Self::Srgb => each(of_peak, srgb),
            Self::Gamma(gamma) => of_peak.powf(1.0 / gamma),
            Self::Pq => each(of_peak, |v| pq(v * peak_nit)),
            Self::Hlg => hlg(of_peak, peak_nit),
        }
    }
}

fn each(v: DVec3, f: impl Fn(f64) -> f64) -> DVec3 {
    DVec3::new(f(v.x), f(v.y), f(v.z))
}

fn srgb(v: f64) -> f64 {
    if v <= 0.003_130_8 {
        v * 12.92
    } else {
        1.055 * v.powf(1.0 / 2.4) - 0.055
    }
}

/// The constants stand in ST 2084 as these fractions.
fn pq(nit: f64) -> f64 {
    const M1: f64 = 2610.0 / 16384.0;
    const M2: f64 = 2523.0 / 4096.0 * 128.0;
    const C1: f64 = 3424.0 / 4096.0;
    const C2: f64 = 2413.0 / 4096.0 * 32.0;
    const C3: f64 = 2392.0 / 4096.0 * 32.0;
    let y = (nit / 10_000.0).clamp(0.0, 1.0).powf(M1);
    ((C1 + C2 * y) / (1.0 + C3 * y)).powf(M2)
}

/// Display light as a part of the peak to the signal: the inverse of the display's system gamma, then BT.2100's OETF.
fn hlg(of_peak: DVec3, peak_nit: f64) -> DVec3 {
    const A: f64 = 0.178_832_77;
    const B: f64 = 1.0 - 4.0 * A;
    let c = 0.5 - A * (4.0 * A).ln();
    let gamma = 1.2 + 0.42 * (peak_nit / HLG_OOTF_PEAK_NIT).log10();
    let luminance = of_peak.dot(LUMINANCE_2020);
    let scale = if luminance > 0.0 {
        luminance.powf((1.0 - gamma) / gamma)
    } else {
        0.0
    };
    each(of_peak * scale, |e| {
        if e <= 1.0 / 12.0 {
            (3.0 * e).sqrt()
        } else {
            A * (12.0 * e - B).ln() + c
        }
    })
    .clamp(DVec3::ZERO, DVec3::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(transfer: Transfer, nit: f64, peak_nit: f64) -> f64 {
        transfer.encode(DVec3::splat(nit), 1.0, peak_nit).y
    }

    /// Values that the standards and BT.2408 print.
    #[test]
    fn published_values_are_met() {
        let near = |got: f64, wanted: f64| assert!((got - wanted).abs() < 6e-4, "{got} {wanted}");
        near(grey(Transfer::Pq, 10_000.0, 10_000.0), 1.0);
        near(grey(Transfer::Pq, 1000.0, 10_000.0), 0.7518);
        near(grey(Transfer::Pq, 203.0, 10_000.0), 0.5807);
        near(grey(Transfer::Pq, 100.0, 10_000.0), 0.5081);
        near(grey(Transfer::Pq, 0.0, 10_000.0), 0.0);
        // A wall of 1500 cd/m² is told no more than that.
        near(
            grey(Transfer::Pq, 4000.0, 1500.0),
            grey(Transfer::Pq, 1500.0, 10_000.0),
        );
        // 203 of 1000 cd/m² is HLG's 75 %.
        near(grey(Transfer::Hlg, 203.0, 1000.0), 0.75);
        near(grey(Transfer::Hlg, 1000.0, 1000.0), 1.0);
        near(grey(Transfer::Hlg, 0.0, 1000.0), 0.0);
        near(grey(Transfer::Srgb, 750.0, 1500.0), 0.7354);
        near(grey(Transfer::Gamma(2.0), 375.0, 1500.0), 0.5);
        near(grey(Transfer::Linear, 375.0, 1500.0), 0.25);
        near(grey(Transfer::Linear, -5.0, 1500.0), 0.0);
    }

    #[test]
    fn every_function_rises() {
        for transfer in [
            Transfer::Linear,
            Transfer::Srgb,
            Transfer::Gamma(2.4),
            Transfer::Pq,
            Transfer::Hlg,
        ] {
            let mut before = -1.0;
            for step in 0..=1000 {
                let now = grey(transfer, f64::from(step), 1000.0);
                assert!(now > before, "{transfer:?} at {step}");
                before = now;
            }
        }
    }
}
