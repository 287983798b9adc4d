//! The last minutes of a stage in the panel, from a shelf that was made up.

use crate::documents::{faulty, healthy, seen};
use crate::fake_stage::FakeStage;
use crate::texts::Texts;
use crate::{harness, has, press};
use cyc_console::{FlightShelf, FlightTitle, Language, OpenFlight, PanelView};
use cyc_control::StageDocument;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

/// A shelf with one flight that broke off and one that runs.
#[derive(Clone)]
struct Shelf {
    opened: Option<String>,
    flight: Arc<Vec<StageDocument>>,
}

impl FlightShelf for Shelf {
    fn titles(&mut self) -> Vec<FlightTitle> {
        let title = |name: &str, age_s, is_running| FlightTitle {
            name: name.into(),
            age_s,
            is_running,
        };
        vec![title("2-2", 0.2, true), title("1-1", 312.0, false)]
    }

    fn open(&mut self, name: Option<&str>) {
        self.opened = name.map(str::to_owned);
    }

    fn opened(&mut self) -> OpenFlight {
        match self.opened.as_deref() {
            Some("1-1") => OpenFlight::Read(Arc::clone(&self.flight)),
            Some(_) => OpenFlight::Unreadable("denied".into()),
            None => OpenFlight::None,
        }
    }
}

/// A minute in which everything went wrong for ten seconds.
fn shelf() -> Shelf {
    let at = |tenths: u32| {
        let second = f64::from(tenths) / 10.0;
        let is_ill = (30.0..40.0).contains(&second);
        StageDocument {
            uptime_s: 1000.0 + second,
            ..if is_ill { faulty() } else { healthy() }
        }
    };
    Shelf {
        opened: None,
        flight: Arc::new((0..=600).step_by(5).map(at).collect()),
    }
}

#[test]
fn the_last_minutes_of_a_stage_that_broke_off_are_told() {
    for (language, [open, ended, runs, close]) in [
        (
            Language::English,
            [
                "Last minutes",
                "broke off 5 min ago",
                "a stage that runs",
                "Close",
            ],
        ),
        (
            Language::Chinese,
            ["最后几分钟", "5 分前中断", "正在运行的舞台", "关闭"],
        ),
    ] {
        let stage = FakeStage::new(seen(healthy()));
        let view = PanelView::new(Box::new(stage.clone()), Texts::both(language));
        let mut panel = harness(view.with_flights(Box::new(shelf())), [1280.0, 800.0], 1.0);
        press(&mut panel, open, 0);
        press(&mut panel, runs, 0);
        assert!(has(&panel, "denied"));
        press(&mut panel, ended, 0);
        // What went wrong half a minute before the end, and that it was over twenty seconds before it.
        let wrong = faulty().findings;
        let said = match language {
            Language::English => &wrong[0].what.en,
            Language::Chinese => &wrong[0].what.zh_cn,
        };
        assert_eq!(panel.query_all_by_label_contains(said).count(), 2, "{said}");
        assert!(has(&panel, "-30.0 ") && has(&panel, "-20.0 "));
        // The course of the three lights that changed is told to who does not see it.
        assert_eq!(panel.query_all_by_label_contains(" → ").count(), 3);
        if let Ok(folder) = std::env::var("CYC_PICTURES") {
            let path = std::path::Path::new(&folder).join(format!("flight_{close}.png"));
            panel.render().unwrap().save(path).unwrap();
        }
        press(&mut panel, close, 0);
        assert!(!has(&panel, " → "));
        assert_eq!(stage.told(), []);
    }
}
