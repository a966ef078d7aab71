//! Writes files whole or not at all.

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use compose2ecs::backend::Artifact;
use thiserror::Error;

/// Why output could not be written.
#[derive(Debug, Error)]
pub(crate) enum WriteError {
    /// Standard output takes nothing.
    #[error("cannot write to standard output: {0}")]
    Stdout(io::Error),
    /// A file could not be removed.
    #[error("cannot remove `{path}`: {error}")]
    Removal {
        /// The file.
        path: Utf8PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file or directory could not be made.
    #[error("cannot write `{path}`: {error}")]
    File {
        /// The file or directory.
        path: Utf8PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Writes every artifact below a directory, which is made when it is missing.
///
/// All are written under temporary names before the first is renamed, so that a full disk changes nothing.
pub(crate) fn write(artifacts: &[Artifact], directory: &Utf8Path) -> Result<(), WriteError> {
    let mut pending = Pending(Vec::new());
    for Artifact { path, contents } in artifacts {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| WriteError::File { path: parent.to_owned(), error })?;
        }
        pending.write(contents, path)?;
    }
    pending.commit()
}

/// Writes one file.
pub(crate) fn write_file(contents: &str, path: &Utf8Path) -> Result<(), WriteError> {
    let mut pending = Pending(Vec::new());
    pending.write(contents, path.to_owned())?;
    pending.commit()
}

/// Removes files, and the folders that hold nothing else.
pub(crate) fn remove(paths: &[Utf8PathBuf]) -> Result<(), WriteError> {
    for path in paths {
        fs::remove_file(path).map_err(|error| WriteError::Removal { path: path.clone(), error })?;
        // It stays if it is not empty.
        let _removed = path.parent().map(fs::remove_dir);
    }
    Ok(())
}

/// The name under which a file is written at first: beside it, and hidden.
fn temporary_name(path: &Utf8Path) -> Utf8PathBuf {
    let name = path.file_name().unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// Files under temporary names, with the names that they are to have.
struct Pending(Vec<(Utf8PathBuf, Utf8PathBuf)>);

impl Pending {
    /// Writes a file under its temporary name.
    fn write(&mut self, contents: &str, path: Utf8PathBuf) -> Result<(), WriteError> {
        let temporary = temporary_name(&path);
        self.0.push((temporary.clone(), path.clone()));
        fs::write(temporary, contents).map_err(|error| WriteError::File { path, error })
    }

    /// Gives every file its name.
    fn commit(mut self) -> Result<(), WriteError> {
        for (temporary, path) in &self.0 {
            fs::rename(temporary, path).map_err(|error| WriteError::File { path: path.clone(), error })?;
        }
        self.0.clear();
        Ok(())
    }
}

impl Drop for Pending {
    /// Leaves nothing behind of what was not renamed.
    fn drop(&mut self) {
        for (temporary, _) in &self.0 {
            // It may not have been made yet, or been renamed already.
            let _gone = fs::remove_file(temporary);
        }
    }
}
