//! The only door to files and variables, so that tests can supply both.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};

/// Files of this many bytes and more are refused: a place in a file is told in 32 bits.
const LIMIT: u64 = 1 << 32;

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

    /// The names of what a directory holds, sorted; those that are not UTF-8 are left out.
    ///
    /// # Errors
    /// When the directory cannot be read.
    fn list(&self, directory: &Utf8Path) -> io::Result<Vec<String>>;

    /// The directory in which the command was typed. Absolute.
    fn current_dir(&self) -> Utf8PathBuf;

    /// A variable of the process.
    fn variable(&self, name: &str) -> Option<String>;

    /// All variables of the process.
    fn variables(&self) -> BTreeMap<String, String>;
}

/// The world that the process lives in.
// Invariant: `current_dir` is absolute.
#[derive(Debug, Clone)]
pub struct SystemWorld {
    current_dir: Utf8PathBuf,
    /// What stands in for the variables of the process.
    variables: Option<BTreeMap<String, String>>,
}

#[expect(clippy::disallowed_methods, reason = "this is the door through which all others go")]
impl SystemWorld {
    /// The world around the process, seen from its current directory.
    ///
    /// # Errors
    /// When the current directory is gone, or its path is not UTF-8.
    pub fn new() -> io::Result<Self> {
        let path = Utf8PathBuf::try_from(std::env::current_dir()?)
            .map_err(|err| io::Error::new(io::ErrorKind::InvalidData, err))?;
        Ok(Self { current_dir: path, variables: None })
    }

    /// The same world with these variables only, whatever those of the process are: for tests that are to find the same
    /// on every machine.
    #[must_use]
    pub fn with_variables(self, variables: BTreeMap<String, String>) -> Self {
        Self { variables: Some(variables), ..self }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door through which all others go")]
impl World for SystemWorld {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        // The one device that people name: it stands for a file with nothing in it.
        if path == "/dev/null" {
            return Ok(Vec::new());
        }
        let metadata = std::fs::metadata(path)?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        if metadata.len() >= LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        std::fs::read(path)
    }

    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().take(LIMIT).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length < LIMIT) {
            return Ok(bytes);
        }
        Err(io::ErrorKind::FileTooLarge.into())
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        std::fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
    }

    fn list(&self, directory: &Utf8Path) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
        let mut names: Vec<String> =
            entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        Ok(names)
    }

    fn current_dir(&self) -> Utf8PathBuf {
        self.current_dir.clone()
    }

    fn variable(&self, name: &str) -> Option<String> {
        // A name that is empty, or holds what no name can, has no value; the standard library would panic.
        if name.is_empty() || name.contains(['=', '\0']) {
            return None;
        }
        self.variables.as_ref().map_or_else(|| std::env::var(name).ok(), |variables| variables.get(name).cloned())
    }

    fn variables(&self) -> BTreeMap<String, String> {
        if let Some(variables) = &self.variables {
            return variables.clone();
        }
        let variables = std::env::vars_os();
        variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
    }
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
        if self.is_dir(path) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
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

    fn list(&self, directory: &Utf8Path) -> io::Result<Vec<String>> {
        if !self.is_dir(directory) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let below = self.files.keys().filter_map(|file| file.strip_prefix(directory).ok());
        let names: BTreeSet<String> =
            below.filter_map(|file| Some(file.components().next()?.as_str().to_owned())).collect();
        Ok(names.into_iter().collect())
    }

    fn current_dir(&self) -> Utf8PathBuf {
        self.current_dir.clone()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn variables(&self) -> BTreeMap<String, String> {
        self.variables.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_no_file_in_either_world() {
        let memory = MemoryWorld { files: BTreeMap::from([("/a/b".into(), Vec::new())]), ..MemoryWorld::default() };
        assert_eq!(memory.read("/a".into()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(memory.read("/c".into()).unwrap_err().kind(), io::ErrorKind::NotFound);

        let system = SystemWorld::new().unwrap();
        assert_eq!(system.read("/".into()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert!(system.is_dir("/".into()) && !system.is_file("/".into()));
    }

    #[test]
    fn a_directory_lists_what_it_holds_by_name() {
        let files = ["/a/c", "/a/b/x", "/a/b/y", "/d"].map(|path| (path.into(), Vec::new()));
        let memory = MemoryWorld { files: files.into(), ..MemoryWorld::default() };
        assert_eq!(memory.list("/a".into()).unwrap(), ["b", "c"]);
        assert_eq!(memory.list("/e".into()).unwrap_err().kind(), io::ErrorKind::NotFound);

        let system = SystemWorld::new().unwrap();
        let source = Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/compose"));
        let names = system.list(source).unwrap();
        assert!(names.is_sorted() && names.iter().any(|name| name == "merge.rs"), "{names:?}");
        assert_eq!(system.list("/nowhere".into()).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused_that_has_something_to_say() {
        let system = SystemWorld::new().unwrap();
        assert_eq!(system.read("/dev/zero".into()).unwrap_err().to_string(), "it is not a regular file");
        assert_eq!(system.read("/dev/null".into()).unwrap(), Vec::<u8>::new());
    }

    #[test]
    fn variables_of_the_process_give_way_to_others() {
        let system = SystemWorld::new().unwrap();
        assert!(system.variable("PATH").is_some() && system.variables().contains_key("PATH"));
        let variables = BTreeMap::from([("TAG".to_owned(), "1".to_owned())]);
        let alone = system.with_variables(variables.clone());
        assert_eq!((alone.variable("PATH"), alone.variable("TAG")), (None, Some("1".to_owned())));
        assert_eq!(alone.variables(), variables);
    }

    #[test]
    fn a_name_that_cannot_be_has_no_value() {
        let system = SystemWorld::new().unwrap();
        assert_eq!(["", "=", "a\0b"].map(|name| system.variable(name)), [None, None, None]);
    }
}
