//! A backup under a passphrase of its own, and the way back.
//!
//! Tests find: `backup`, `backup-choose`, `restore`, `restore-choose`, `restore-yes`, and the fields of `components::secret`.

use crate::prelude::*;
use bridge::{Code, Error};

use super::data::bytes;
use super::file::{Kind, choose, name};
use crate::api::{self, Command};
use crate::components::dialog::{Dialog, ends};
use crate::components::field::form;
use crate::components::icon::{Icon, SHIELD};
use crate::components::secret::{NewPassphrase, Secret};
use crate::components::work::{self, Order, Work};
use crate::follow::{Follow, Kept, follow, part, press};
use crate::model::Model;
use crate::words::{self, Locale, lang, t};

/// The dialog that makes a backup.
pub fn back_up() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let new = NewPassphrase::new();
    let begin = move || {
        if !new.good.get_untracked() {
            return;
        }
        work::with_file(
            model,
            choose(lang, Kind::Save, &t!(lang, data.backup_file), "backup"),
            move |path| Order {
                command: Command::new("back_up").with("path", &path).with("passphrase", &new.get()),
                told: Box::new(move |lang: Locale, answer: &str| {
                    let size = api::parse::<u64>(answer).unwrap_or_default();
                    t!(lang, work.saved, path = path, size = bytes(lang, size))
                }),
            },
        );
    };
    let body = move || {
        view! {
            <p>{t!(lang, data.back_up_text)}</p>
            {form(begin, view! {
                {new.fields()}
                {ends(view! {
                    <button
                        class="button button-primary"
                        type="submit"
                        data-testid="backup-choose"
                        disabled=follow(move || !new.good.get())
                    >
                        {t!(lang, data.choose_place)}
                    </button>
                })}
            })}
        }
        .into_any()
    };
    view! {
        <Dialog title=t!(lang, data.back_up)>
            <div data-testid="backup">{work::shown(t!(lang, data.backing_up), refused, body)}</div>
        </Dialog>
    }
    .into_any()
}

/// The dialog that puts a backup in the place of what is here.
pub fn bring_back() -> AnyView {
    let lang = lang();
    let model = Model::here();
    let passphrase = Kept::new(String::new());
    let file = Kept::new(None::<String>);
    let ready = follow(move || file.with(Option::is_some) && !passphrase.with(String::is_empty));
    let begin = move || {
        let Some(path) = file.get_untracked().filter(|_| ready.get_untracked()) else { return };
        let command = Command::new("bring_back");
        let command = command.with("path", &path).with("passphrase", &passphrase.get_untracked());
        let told = Box::new(move |lang: Locale, answer: &str| {
            t!(lang, data.brought_back, path = api::parse::<String>(answer).unwrap_or_default())
        });
        work::begin(model, Order { command, told });
    };
    let chosen = move || {
        part(move || match file.get() {
            Some(path) => {
                view! { <p class="chosen"><b>{name(&path)}</b><small>{path.clone()}</small></p> }.into_any()
            }
            None => ().into_any(),
        })
    };
    let body = move || {
        view! {
            <p>{t!(lang, data.bring_back_text)}</p>
            {form(begin, view! {
                {chosen()}
                <button type="button" class="button" data-testid="restore-choose" on:click=pick(lang, model, file)>
                    {t!(lang, data.choose_backup)}
                </button>
                <Secret
                    id="passphrase"
                    label=t!(lang, data.its_passphrase)
                    value=passphrase
                    note=Follow::always(String::new())
                    complete="off"
                />
                <p class="hint"><Icon svg=SHIELD /><span>{t!(lang, data.kept_aside_text)}</span></p>
                {ends(view! {
                    <button
                        class="button button-danger"
                        type="submit"
                        data-testid="restore-yes"
                        disabled=follow(move || !ready.get())
                    >
                        {t!(lang, data.replace)}
                    </button>
                })}
            })}
        }
        .into_any()
    };
    view! {
        <Dialog title=t!(lang, data.bring_back)>
            <div data-testid="restore">{work::shown(t!(lang, data.bringing_back), refused, body)}</div>
        </Dialog>
    }
    .into_any()
}

/// Asks the person for a backup.
fn pick(
    lang: Locale,
    model: Model,
    file: Kept<Option<String>>,
) -> impl FnMut(leptos::ev::MouseEvent) + Send + 'static {
    press(move || {
        leptos::task::spawn_local(async move {
            match api::ask::<Option<String>>(choose(lang, Kind::Open, "", "backup")).await {
                Ok(Some(path)) => {
                    // The dialog may have been closed meanwhile.
                    file.try_set(Some(path));
                }
                Ok(None) => {}
                Err(error) => model.work.set(Work::Refused(error)),
            }
        });
    })
}

/// What stood in the way, and what is safe.
pub fn refused(lang: Locale, error: &Error) -> String {
    match error.code {
        Code::WrongPassphrase => t!(lang, data.wrong_passphrase),
        Code::DatabaseDamaged => t!(lang, data.backup_damaged),
        Code::DatabaseNewer => t!(lang, data.backup_newer),
        Code::DiskFull => t!(lang, data.disk_full),
        Code::FolderNotWritable => t!(lang, data.not_writable),
        Code::Invalid => t!(lang, data.elsewhere),
        code => words::trouble(lang, code),
    }
}
