//! Windows that hold a picture under everything else on an X screen: what is seen on a monitor when whoever filled it is gone.
//!
//! The picture is the window's background, so the X server shows it by itself, at once, in the very pixels that another window
//! leaves, and goes on doing so whatever this process does. The windows take neither keys nor clicks nor the pointer's
//! arrow. Without a window manager they are their own masters and lie at the bottom of the stack; where one manages the
//! screen it is asked to keep them below (EWMH). Wayland lets no program lay its window under another's, so there are none
//! there.

use crate::error::DisplayError;
use crate::screen_pixels::ScreenPixels;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::ReplyOrIdError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConfigureWindowAux, ConnectionExt,
    CreateGCAux, CreateWindowAux, EventMask, ImageFormat, PropMode, Rectangle, StackMode,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Bytes of a request: pictures are sent in bands of rows.
const BAND_BYTES: usize = 1 << 20;

/// Where a window lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardPlace {
    /// The display's name.
    pub name: String,
    /// Its upper left corner on the screen, pixels.
    pub origin_px: [i32; 2],
    /// Its size, pixels.
    pub size_px: [u32; 2],
}

struct Held {
    place: GuardPlace,
    window: u32,
    pixmap: u32,
    /// Shown as soon as it has a picture.
    is_shown: bool,
}

/// The windows: see the module's page.
pub struct GuardScreen {
    x11: RustConnection,
    root: u32,
    depth: u8,
    gc: u32,
    pixels: ScreenPixels,
    /// A cursor of no pixels.
    cursor: u32,
    is_managed: bool,
    keeps_above: bool,
    held: Vec<Held>,
}

fn refused(e: impl std::fmt::Display) -> DisplayError {
    DisplayError::NoWindowSystem {
        reason: e.to_string(),
    }
}

impl GuardScreen {
    /// Connects to the X screen of the environment.
    ///
    /// # Errors
    /// There is none, or its pixels are of a kind that is not known.
    pub fn open() -> Result<Self, DisplayError> {
        let (x11, number) = x11rb::connect(None).map_err(refused)?;
        let setup = x11.setup();
        let no_screen = || refused(format!("no screen {number}"));
        let screen = setup.roots.get(number).ok_or_else(no_screen)?;
        let (root, depth) = (screen.root, screen.root_depth);
        let unknown = || refused(format!("pixels of {depth} bits are not known"));
        let pixels = ScreenPixels::of(setup, screen).ok_or_else(unknown)?;
        let (gc, cursor) = made_on(&x11, root).map_err(refused)?;
        // Who else opens windows here is told, so that a guarded wall can be kept on top.
        let told = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        x11.change_window_attributes(root, &told)
            .map_err(refused)?
            .check()
            .map_err(refused)?;
        let is_managed = has_window_manager(&x11, root).map_err(refused)?;
        Ok(Self {
            root,
            depth,
            gc,
            pixels,
            cursor,
            is_managed,
            keeps_above: false,
            held: Vec::new(),
            x11,
        })
    }

    /// Holds windows in these places from now on. One that was there keeps its picture; a new one appears with its first.
    ///
    /// # Errors
    /// The screen is gone.
    pub fn hold(&mut self, places: &[GuardPlace]) -> Result<(), DisplayError> {
        if self.held.iter().map(|h| &h.place).eq(places) {
            return Ok(());
        }
        let mut before = std::mem::take(&mut self.held);
        for place in places {
            let same = before.iter().position(|h| h.place == *place);
            let held = match same {
                Some(at) => before.swap_remove(at),
                None => self.make(place).map_err(refused)?,
            };
            self.held.push(held);
        }
        for gone in before {
            self.x11.destroy_window(gone.window).map_err(refused)?;
            self.x11.free_pixmap(gone.pixmap).map_err(refused)?;
        }
        self.x11.flush().map_err(refused)
    }

    fn make(&self, place: &GuardPlace) -> Result<Held, ReplyOrIdError> {
        let (window, pixmap) = (self.x11.generate_id()?, self.x11.generate_id()?);
        let [x, y] = place.origin_px.map(|v| v.clamp(-32_768, 32_767) as i16);
        let [width, height] = place.size_px.map(|v| v.clamp(1, 32_767) as u16);
        let (x11, root) = (&self.x11, self.root);
        x11.create_pixmap(self.depth, pixmap, root, width, height)?;
        let whole = Rectangle {
            x: 0,
            y: 0,
            width,
            height,
        };
        x11.poly_fill_rectangle(pixmap, self.gc, &[whole])?;
        let look = CreateWindowAux::new()
            .background_pixmap(pixmap)
            .override_redirect(u32::from(!self.is_managed))
            .cursor(self.cursor);
        let (depth, visual) = (x11rb::COPY_DEPTH_FROM_PARENT, x11rb::COPY_FROM_PARENT);
        let class = WindowClass::INPUT_OUTPUT;
        x11.create_window(
            depth, window, root, x, y, width, height, 0, class, visual, &look,
        )?;
        let title = place.name.as_bytes();
        x11.change_property8(
            PropMode::REPLACE,
            window,
            AtomEnum::WM_NAME,
            AtomEnum::STRING,
            title,
        )?;
        if self.is_managed {
            self.ask_for_the_bottom(window)?;
        }
        Ok(Held {
            place: place.clone(),
            window,
            pixmap,
            is_shown: false,
        })
    }

    /// What a window manager is to know before it sees the window.
    fn ask_for_the_bottom(&self, window: u32) -> Result<(), ReplyOrIdError> {
        let atoms = [
            "_NET_WM_STATE_BELOW",
            "_NET_WM_STATE_FULLSCREEN",
            "_NET_WM_STATE_SKIP_TASKBAR",
            "_NET_WM_STATE_SKIP_PAGER",
        ];
        let mut states = Vec::with_capacity(atoms.len());
        for name in atoms {
            states.push(self.atom(name)?);
        }
        let replace = PropMode::REPLACE;
        let x11 = &self.x11;
        let state = self.atom("_NET_WM_STATE")?;
        x11.change_property32(replace, window, state, AtomEnum::ATOM, &states)?;
        let time = self.atom("_NET_WM_USER_TIME")?;
        x11.change_property32(replace, window, time, AtomEnum::CARDINAL, &[0])?;
        // It takes no keys: flags with the input hint alone, which is no.
        let hints = [1, 0, 0, 0, 0, 0, 0, 0, 0];
        let kind = AtomEnum::WM_HINTS;
        x11.change_property32(replace, window, kind, kind, &hints)?;
        // No frame: flags with the decorations alone, which are none.
        let frame = self.atom("_MOTIF_WM_HINTS")?;
        x11.change_property32(replace, window, frame, frame, &[2, 0, 0, 0, 0])?;
        Ok(())
    }

    fn atom(&self, name: &str) -> Result<u32, ReplyOrIdError> {
        Ok(self.x11.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    /// Shows a picture in one of the windows, from its upper left corner; what has no room is cut, what is left is black. Its
    /// rows are blue, green, red and one byte more a pixel. Without one it is black.
    ///
    /// # Errors
    /// The screen is gone.
    pub fn show(
        &mut self,
        window: usize,
        picture: Option<([u32; 2], &[u8])>,
    ) -> Result<(), DisplayError> {
        let Some(held) = self.held.get(window) else {
            return Ok(());
        };
        self.draw(held, picture).map_err(refused)?;
        if let Some(held) = self.held.get_mut(window) {
            held.is_shown = true;
        }
        self.restack()
    }

    fn draw(&self, held: &Held, picture: Option<([u32; 2], &[u8])>) -> Result<(), ReplyOrIdError> {
        let x11 = &self.x11;
        let [width, height] = held.place.size_px.map(|v| v.clamp(1, 32_767));
        let [has_width, has_height] = picture.map_or([0, 0], |(size_px, _)| size_px);
        if has_width < width || has_height < height {
            let whole = Rectangle {
                x: 0,
                y: 0,
                width: width as u16,
                height: height as u16,
            };
            x11.poly_fill_rectangle(held.pixmap, self.gc, &[whole])?;
        }
        let shown_width = width.min(has_width);
        if let Some((_, pixels)) = picture.filter(|_| shown_width > 0) {
            let row_bytes = has_width as usize * 4;
            let most = x11.maximum_request_bytes().saturating_sub(64);
            let band = (BAND_BYTES.min(most) / (shown_width as usize * 4)).max(1);
            let rows: Vec<&[u8]> = pixels.chunks_exact(row_bytes).collect();
            let rows = rows.get(..rows.len().min(height as usize));
            let mut bytes = Vec::new();
            for (nth, rows) in rows.unwrap_or_default().chunks(band).enumerate() {
                bytes.clear();
                for row in rows {
                    let row = row.get(..shown_width as usize * 4).unwrap_or_default();
                    self.pixels.append(row, &mut bytes);
                }
                let size = (shown_width as u16, rows.len() as u16);
                let (format, y) = (ImageFormat::Z_PIXMAP, (nth * band) as i16);
                x11.put_image(
                    format,
                    held.pixmap,
                    self.gc,
                    size.0,
                    size.1,
                    0,
                    y,
                    0,
                    self.depth,
                    &bytes,
                )?;
            }
        }
        // The server may have copied the background when it was set.
        let look = ChangeWindowAttributesAux::new().background_pixmap(held.pixmap);
        x11.change_window_attributes(held.window, &look)?;
        x11.clear_area(false, held.window, 0, 0, 0, 0)?;
        if !held.is_shown {
            // Where it belongs before anybody sees it.
            let below = ConfigureWindowAux::new().stack_mode(StackMode::BELOW);
            x11.configure_window(held.window, &below)?;
            x11.map_window(held.window)?;
        }
        Ok(())
    }

    /// Keeps the windows above all others from now on, or below them.
    ///
    /// # Errors
    /// The screen is gone.
    pub fn keep_above(&mut self, above: bool) -> Result<(), DisplayError> {
        if self.keeps_above == above {
            return Ok(());
        }
        self.keeps_above = above;
        self.restack()
    }

    fn restack(&self) -> Result<(), DisplayError> {
        for held in self.held.iter().filter(|h| h.is_shown) {
            self.stack(held.window).map_err(refused)?;
        }
        self.x11.flush().map_err(refused)
    }

    fn stack(&self, window: u32) -> Result<(), ReplyOrIdError> {
        let mode = if self.keeps_above {
            StackMode::ABOVE
        } else {
            StackMode::BELOW
        };
        if self.is_managed {
            let state = self.atom("_NET_WM_STATE")?;
            for (name, is_set) in [
                ("_NET_WM_STATE_BELOW", !self.keeps_above),
                ("_NET_WM_STATE_ABOVE", self.keeps_above),
            ] {
                let data = [u32::from(is_set), self.atom(name)?, 0, 1, 0];
                let message = ClientMessageEvent::new(32, window, state, data);
                let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
                self.x11.send_event(false, self.root, mask, message)?;
            }
        }
        let stacked = ConfigureWindowAux::new().stack_mode(mode);
        self.x11.configure_window(window, &stacked)?;
        Ok(())
    }

    /// Takes what the screen tells. To be called often.
    ///
    /// # Errors
    /// The screen is gone.
    pub fn advance(&mut self) -> Result<(), DisplayError> {
        let mut has_others = false;
        while let Some(event) = self.x11.poll_for_event().map_err(refused)? {
            let own = |window: u32| self.held.iter().any(|h| h.window == window);
            has_others |= match event {
                Event::CreateNotify(e) => !own(e.window),
                Event::MapNotify(e) => !own(e.window),
                Event::ConfigureNotify(e) => !own(e.window),
                _ => false,
            };
        }
        if has_others && self.keeps_above {
            self.restack()?;
        }
        Ok(())
    }
}

/// What draws black on a pixmap, and a cursor that is not seen.
fn made_on(x11: &RustConnection, root: u32) -> Result<(u32, u32), ReplyOrIdError> {
    let (gc, cursor, dot) = (x11.generate_id()?, x11.generate_id()?, x11.generate_id()?);
    let black = CreateGCAux::new().foreground(0).graphics_exposures(0);
    x11.create_gc(gc, root, &black)?;
    x11.create_pixmap(1, dot, root, 1, 1)?;
    let bit = x11.generate_id()?;
    x11.create_gc(bit, dot, &CreateGCAux::new().foreground(0))?;
    let all = Rectangle {
        x: 0,
        y: 0,
        width: 1,
        height: 1,
    };
    x11.poly_fill_rectangle(dot, bit, &[all])?;
    x11.free_gc(bit)?;
    x11.create_cursor(cursor, dot, dot, 0, 0, 0, 0, 0, 0, 0, 0)?;
    x11.free_pixmap(dot)?;
    Ok((gc, cursor))
}

/// Whether a window manager says, by EWMH, that it manages the screen.
fn has_window_manager(x11: &RustConnection, root: u32) -> Result<bool, ReplyOrIdError> {
    let name = b"_NET_SUPPORTING_WM_CHECK";
    let check = x11.intern_atom(false, name)?.reply()?.atom;
    let window = |of: u32| -> Result<Option<u32>, ReplyOrIdError> {
        let property = x11.get_property(false, of, check, AtomEnum::WINDOW, 0, 1)?;
        // A window that is gone has no properties: whoever managed the screen has left.
        let Ok(property) = property.reply() else {
            return Ok(None);
        };
        Ok(property.value32().and_then(|mut values| values.next()))
    };
    let Some(manager) = window(root)? else {
        return Ok(false);
    };
    Ok(window(manager)? == Some(manager))
}
