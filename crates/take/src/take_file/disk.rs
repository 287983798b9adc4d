//! What a take is written onto: a file, behind a trait, so that tests can stall it, fill it and tear it.

use super::error::TakeError;
use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Something that grows at its end and can be made to last.
pub trait Disk: Send {
    /// Appends bytes: all of them, or, with the error, none.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Sets room aside behind what is written, so that at least `bytes` more can be appended whatever others do. Where
    /// that cannot be done it is as if it was; a full disk is the one error.
    fn reserve(&mut self, bytes: u64) -> io::Result<()>;

    /// Bytes that are free beside what is set aside.
    fn free_bytes(&self) -> io::Result<u64>;

    /// What makes that which was appended last, for another thread.
    fn syncer(&self) -> io::Result<Box<dyn DiskSync>>;

    /// Makes everything last, gives it its name, and gives back room that was set aside. Nothing can be appended any more.
    fn seal(&mut self) -> io::Result<()>;
}

/// Makes what was written last through a loss of power.
pub trait DiskSync: Send {
    /// Waits until everything that was appended before the call lasts.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that has its name with `.part` behind it until it is sealed.
#[derive(Debug)]
pub struct FileDisk {
    path: PathBuf,
    part: PathBuf,
    overwrite: bool,
    file: Arc<File>,
    length: u64,
    /// The same file, for who synchronises it.
    newest: Arc<Mutex<Arc<File>>>,
}

impl FileDisk {
    /// Creates `path` with `.part` appended. Refused when that is there, and when `path` is and is not to be overwritten.
    pub fn create(path: &Path, overwrite: bool) -> Result<Self, TakeError> {
        Self::create_as(path, part_of(path), overwrite)
    }

    /// Creates `path` with `.recovering` appended: what a take is recovered from may be its part.
    pub fn create_beside_part(path: &Path) -> Result<Self, TakeError> {
        let mut name: OsString = path.into();
        name.push(".recovering");
        let name = PathBuf::from(name);
        // Left over from a recovery that was interrupted; what it was made from is still there.
        let _ = std::fs::remove_file(&name);
        Self::create_as(path, name, false)
    }

    fn create_as(path: &Path, part: PathBuf, overwrite: bool) -> Result<Self, TakeError> {
        let path = path.to_owned();
        if !overwrite && path.exists() {
            return Err(TakeError::Exists { path });
        }
        let file = new_file(&part).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => TakeError::PartExists { path: part.clone() },
            _ => TakeError::Io {
                path: part.clone(),
                source,
            },
        })?;
        sync_folder(&part);
        let file = Arc::new(file);
        Ok(Self {
            path,
            part,
            overwrite,
            newest: Arc::new(Mutex::new(Arc::clone(&file))),
            file,
            length: 0,
        })
    }

    /// Whoever removed the file while it is written took its name, and with the last name goes the content when it is closed:
    /// all of it is written under that name again.
    fn rescue(&mut self) -> io::Result<()> {
        if let Some(folder) = self.part.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = new_file(&self.part)?;
        let mut before = &*self.file;
        before.seek(SeekFrom::Start(0))?;
        io::copy(&mut before.take(self.length), &mut file)?;
        file.sync_data()?;
        sync_folder(&self.part);
        self.file = Arc::new(file);
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Arc::clone(&self.file);
        Ok(())
    }

    /// The name that it will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name that it has until then.
    pub fn part(&self) -> &Path {
        &self.part
    }
}

/// A file that was not there. It can be read too, should it lose its name.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true).open(path)
}

/// The name of an unfinished take.
pub(super) fn part_of(path: &Path) -> PathBuf {
    let mut part: OsString = path.into();
    part.push(".part");
    part.into()
}

impl Disk for FileDisk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.metadata()?.nlink() == 0 {
            self.rescue()?;
        }
        let written = (&*self.file).write_all(bytes);
        if written.is_ok() {
            self.length += bytes.len() as u64;
        } else {
            // Half a block would stand between what is whole and what may still be appended. Should cutting it off fail
            // too, readers find their way across.
            let _ = self.file.set_len(self.length);
            let _ = (&*self.file).seek(SeekFrom::Start(self.length));
        }
        written
    }

    fn reserve(&mut self, bytes: u64) -> io::Result<()> {
        let [at, bytes] = [self.length, bytes].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let keep = FallocateFlags::FALLOC_FL_KEEP_SIZE;
        match fallocate(&*self.file, keep, at, bytes) {
            Err(full @ (Errno::ENOSPC | Errno::EDQUOT)) => Err(full.into()),
            _ => Ok(()),
        }
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let stat = nix::sys::statvfs::fstatvfs(&*self.file)?;
        Ok(stat.blocks_available().saturating_mul(stat.fragment_size()))
    }

    fn syncer(&self) -> io::Result<Box<dyn DiskSync>> {
        Ok(Box::new(FileSync(Arc::clone(&self.newest))))
    }

    fn seal(&mut self) -> io::Result<()> {
        if self.file.metadata()?.nlink() == 0 {
            self.rescue()?;
        }
        self.file.set_len(self.length)?;
        self.file.sync_all()?;
        if !self.overwrite && self.path.exists() {
            let text = "a file of that name was made meanwhile";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        std::fs::rename(&self.part, &self.path)?;
        sync_folder(&self.path);
        Ok(())
    }
}

struct FileSync(Arc<Mutex<Arc<File>>>);

impl DiskSync for FileSync {
    fn sync(&mut self) -> io::Result<()> {
        // Nobody waits for the disk while it is synchronised.
        let file = Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
        file.sync_data()
    }
}

/// So that a name survives a power cut. Not every file system can; the data itself is safe already.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}
