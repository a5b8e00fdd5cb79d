//! The key of the database, as far as the person in the terminal has to say something.

use std::io::{BufRead, IsTerminal, Write};

use bridge::{Code, Error, Protection, Start};
use companion::{Engine, KeySource};

use crate::args::{Cli, Lang, ProtectionArg};
use crate::failure::Failure;

/// How often a passphrase may be mistyped before the command ends.
const TRIES: usize = 3;

/// Where the key of a new database goes.
///
/// # Errors
///
/// When the passphrase cannot be asked for.
pub fn source(cli: &Cli, lang: Lang) -> Result<KeySource, Failure> {
    Ok(match cli.protection {
        None if cli.passphrase_stdin => KeySource::Passphrase(ask(cli, lang)?.into()),
        Some(ProtectionArg::Passphrase) => KeySource::Passphrase(ask_first(cli, lang)?.into()),
        None | Some(ProtectionArg::Keyring) => KeySource::Keyring,
        Some(ProtectionArg::None) => KeySource::None,
        Some(ProtectionArg::Ephemeral) => KeySource::Ephemeral,
    })
}

/// Answers what the engine asks until it is ready.
///
/// # Errors
///
/// What stands in the way, or that there is nobody to ask.
pub async fn settle(engine: &Engine, cli: &Cli, lang: Lang) -> Result<(), Failure> {
    let mut tries = 0;
    loop {
        match engine.settled().await {
            Start::Ready { .. } | Start::Opening => return Ok(()),
            Start::KeyUnavailable { why } | Start::Blocked { why, .. } => return Err(why.into()),
            Start::AskPassphrase { why } => {
                let ask_again = std::io::stdin().is_terminal() && !cli.passphrase_stdin && tries < TRIES;
                if !ask_again {
                    let locked = Error { code: Code::WrongPassphrase, detail: "it is needed".to_owned() };
                    return Err(why.unwrap_or(locked).into());
                }
                tries += 1;
                if let Some(why) = why {
                    Failure::from(why).tell(lang);
                }
                // A wrong one comes back as the next state.
                let _ = engine.unlock(ask(cli, lang)?).await;
            }
            Start::ChooseProtection { why } => {
                if !std::io::stdin().is_terminal() || cli.protection.is_some() {
                    return Err(why.into());
                }
                let (choice, passphrase) = choose(&why, cli, lang)?;
                let _ = engine.protect(choice, passphrase).await;
            }
        }
    }
}

/// Lets the person choose how the new database is protected.
fn choose(why: &Error, cli: &Cli, lang: Lang) -> Result<(Protection, Option<String>), Failure> {
    let [what, ..] = lang.trouble(why.code);
    eprintln!("{what}");
    eprintln!(
        "{}",
        lang.pick(
            "How shall the new database be protected?\n  p  by a passphrase\n  n  not at all: whoever has the file reads it\n  \
             t  throw it away at the end (demo only)\n  (anything else: end)",
            "Comment protéger la nouvelle base ?\n  p  par une phrase secrète\n  n  pas du tout : qui a le fichier le lit\n  \
             t  la jeter à la fin (démo seulement)\n  (autre chose : fin)",
        )
    );
    eprint!("> ");
    let _ = std::io::stderr().flush();
    match line()?.as_str() {
        "p" => Ok((Protection::Passphrase, Some(ask_new(cli, lang)?))),
        "n" => Ok((Protection::None, None)),
        "t" => Ok((Protection::Ephemeral, None)),
        _ => Err(why.clone().into()),
    }
}

/// The passphrase that was asked for on the command line: a new one if there is no database yet.
fn ask_first(cli: &Cli, lang: Lang) -> Result<String, Failure> {
    let data = cli.data.clone().unwrap_or_else(companion::default_data_folder);
    match companion::vault::protection(&data.join("person.db")) {
        Ok(None) => ask_new(cli, lang),
        // What is wrong is told when it is opened.
        Ok(Some(_)) | Err(_) => ask(cli, lang),
    }
}

/// A new passphrase: typed twice, as nobody sees a slip and nobody could find it out later.
///
/// # Errors
///
/// When there is nobody to ask.
pub fn ask_new(cli: &Cli, lang: Lang) -> Result<String, Failure> {
    if cli.passphrase_stdin {
        return line();
    }
    eprintln!(
        "{}",
        lang.pick(
            "It cannot be recovered: without it, the readings cannot be read by anybody, ever.",
            "Elle ne peut pas être retrouvée : sans elle, personne ne pourra plus jamais lire les mesures.",
        )
    );
    let again = lang.pick("Once more: ", "Encore une fois : ");
    let differ = lang.pick("These two differ.", "Les deux diffèrent.");
    typed_twice(|turn| if turn == 0 { ask(cli, lang) } else { unseen(again, lang) }, || eprintln!("{differ}"))
}

/// Asks for two turns until both are the same.
fn typed_twice(
    mut ask: impl FnMut(usize) -> Result<String, Failure>,
    mut differ: impl FnMut(),
) -> Result<String, Failure> {
    loop {
        let first = ask(0)?;
        if ask(1)? == first {
            return Ok(first);
        }
        differ();
    }
}

/// A passphrase: typed unseen, or the next line of standard input.
///
/// # Errors
///
/// When there is nobody to ask.
pub fn ask(cli: &Cli, lang: Lang) -> Result<String, Failure> {
    if cli.passphrase_stdin {
        return line();
    }
    unseen(lang.pick("Passphrase: ", "Phrase secrète : "), lang)
}

fn unseen(prompt: &str, lang: Lang) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|why| {
        let hint =
            lang.pick("no terminal to ask for the passphrase", "pas de terminal pour la phrase secrète");
        Failure::Usage(format!("{hint}: --passphrase-stdin ({why})"))
    })
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|why| Failure::Usage(why.to_string()))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_passphrase_with_a_slip_is_asked_for_again() {
        let mut typed = ["correct hrose", "correct horse", "correct horse", "correct horse"].into_iter();
        let mut told = 0;
        let agreed = typed_twice(|_| Ok(typed.next().unwrap().to_owned()), || told += 1);
        assert_eq!(agreed.ok().as_deref(), Some("correct horse"));
        assert_eq!((told, typed.next()), (1, None));
    }
}
