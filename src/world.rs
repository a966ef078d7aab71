//! The only door to files and variables, so that tests can supply both.

use std::collections::BTreeMap;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

/// Whatever translating may ask of its surroundings.
pub trait World {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When the file cannot be read.
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>>;

    /// The bytes of standard input.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_stdin(&self) -> io::Result<Vec<u8>>;

    /// Whether a path is a file.
    fn is_file(&self, path: &Utf8Path) -> bool;

    /// Whether a path is a directory.
    fn is_dir(&self, path: &Utf8Path) -> bool;

    /// The directory in which the command was typed. Absolute.
    fn current_dir(&self) -> Utf8PathBuf;

    /// A variable of the process.
    fn variable(&self, name: &str) -> Option<String>;
}

/// A world of files and variables that exist in memory only.
#[derive(Debug, Clone, Default)]
pub struct MemoryWorld {
    /// The files, by absolute path.
    pub files: BTreeMap<Utf8PathBuf, Vec<u8>>,
    /// The variables.
    pub variables: BTreeMap<String, String>,
    /// The directory in which the command is typed.
    pub current_dir: Utf8PathBuf,
    /// Standard input.
    pub stdin: Vec<u8>,
}

impl World for MemoryWorld {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        Ok(self.stdin.clone())
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.files.contains_key(path)
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.files.keys().any(|file| file != path && file.starts_with(path))
    }

    fn current_dir(&self) -> Utf8PathBuf {
        self.current_dir.clone()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}
