//! A file's bytes as Python text and back: a module in its encoding, or the cells of a notebook.

use asyncfix_codemods::{Cell, Notebook};

use crate::text::{Decoded, TextError, decode};

/// The Python of a file, and how to make bytes of it again.
#[derive(Debug)]
pub(crate) enum Content {
    Module(Decoded),
    Notebook(Notebook),
    /// A notebook without Python.
    Nothing,
}

impl Content {
    /// Reads `bytes`, those of a notebook if `is_notebook`.
    ///
    /// # Errors
    /// Where the bytes stop being text, or JSON, and why.
    pub(crate) fn read(bytes: Vec<u8>, is_notebook: bool) -> Result<Self, TextError> {
        if !is_notebook {
            return decode(bytes).map(Self::Module);
        }
        let json = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let message = "this is not a notebook: it is not UTF-8".to_owned();
            TextError::at(error.as_bytes(), at, message)
        })?;
        match Notebook::parse(json) {
            Ok(found) => Ok(found.map_or(Self::Nothing, Self::Notebook)),
            Err(error) => Err(TextError { row: error.row, column: error.column, message: error.message }),
        }
    }

    /// The Python.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Module(decoded) => &decoded.text,
            Self::Notebook(notebook) => notebook.python(),
            Self::Nothing => "",
        }
    }

    /// Where the cells of a notebook begin in the Python.
    pub(crate) fn cells(&self) -> &[Cell] {
        match self {
            Self::Notebook(notebook) => notebook.cells(),
            Self::Module(_) | Self::Nothing => &[],
        }
    }

    /// The bytes of the file with other Python in it; in a notebook its cells begin at `cells`. `old` are the bytes
    /// that were read.
    ///
    /// # Errors
    /// Why the text cannot be written in the file's encoding.
    pub(crate) fn with(&self, old: &[u8], text: &str, cells: &[Cell]) -> Result<Vec<u8>, String> {
        match self {
            Self::Module(decoded) => {
                if !matches!(decoded.encode(&decoded.text), Ok(same) if same == old) {
                    return Err("the file cannot be written back byte for byte in the encoding it declares"
                        .to_owned());
                }
                decoded
                    .encode(text)
                    .map_err(|encoding| format!("the new text has characters that {encoding} lacks"))
            }
            Self::Notebook(notebook) => Ok(notebook.with_python(text, cells).into_bytes()),
            Self::Nothing => Ok(old.to_vec()),
        }
    }
}
