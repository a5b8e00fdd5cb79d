//! The system's own file chooser: the person says which file; the window itself sees none.

use std::path::PathBuf;

use bridge::{Code, Error};
use tauri::WebviewWindow;
use tauri_plugin_dialog::{DialogExt as _, FilePath};
use tokio::sync::oneshot;

/// Has the person choose a file to write (`save`), proposed under that name, or one to read. `ending` and `kind` name what is
/// shown of a folder: `csv`, "CSV". Nothing if they choose none.
#[tauri::command]
pub async fn choose_file(
    window: WebviewWindow,
    save: bool,
    name: String,
    ending: String,
    kind: String,
) -> Result<Option<PathBuf>, Error> {
    let dialog = window.dialog().file().set_parent(&window).add_filter(kind, &[ending.as_str()]);
    let (tell, told) = oneshot::channel();
    let chosen = move |file: Option<FilePath>| {
        // The window may have gone meanwhile.
        let _ = tell.send(file);
    };
    if save {
        dialog.set_file_name(name).save_file(chosen);
    } else {
        dialog.pick_file(chosen);
    }
    let Ok(Some(file)) = told.await else { return Ok(None) };
    file.into_path().map(Some).map_err(|why| Error { code: Code::NotNow, detail: why.to_string() })
}
