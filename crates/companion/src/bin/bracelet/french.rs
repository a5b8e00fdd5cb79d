//! The help in French.

use clap::Command;

/// The codes as `args::EXIT_CODES`, in French.
const EXIT_CODES: &str = "\
Codes de sortie :
  0  fait
  1  une erreur du programme, ou de ce à quoi il parle
  2  la ligne de commande n'a pas de sens
  3  un autre processus utilise ce dossier de données
  4  la clé de la base n'est pas disponible (trousseau, phrase secrète)
  5  la base est inutilisable (endommagée, ou d'une version plus récente)
  6  le disque est plein, ou le dossier n'est pas accessible en écriture
  7  le bracelet ne répond pas
  8  check : la base et le bracelet diffèrent

Ni dispositif médical, ni service d'urgence.";

/// What the counts of `check` mean, as `args::CHECKED`, in French.
const CHECKED: &str = "\
Nombres de relevés ; leurs noms avec --json :
  in_flash, in_store  dans le bracelet, dans la base
  same                dans les deux et identiques
  waiting             dans le bracelet, plus récents que ce qui est récupéré : pas une différence
  older               dans la base, depuis écrasés dans le bracelet : pas une différence
  other_journal       dans la base, d'une mémoire précédente : pas une différence, sauf s'il n'y a rien de celle-ci
  different, missing, extra, twice  une différence si ce n'est pas 0
  rolled_up           une différence si ce n'est pas in_store";

/// Subcommand (empty: the command itself), argument (empty: the subcommand itself), words.
const WORDS: [(&str, &str, &str); 32] = [
    ("", "", "Montre, garde et exporte ce que mesure un bracelet de santé"),
    ("", "data", "Le dossier des données (par défaut : celui de l'utilisateur)"),
    ("", "protection", "Où va la clé d'une nouvelle base (par défaut : le trousseau du système)"),
    (
        "",
        "sync_demo",
        "Laisse aussi partir les mesures de la démo vers le nuage, pour essayer la synchronisation",
    ),
    ("", "passphrase_stdin", "Lire la phrase secrète sur la première ligne de l'entrée standard"),
    ("", "lang", "Langue des messages (par défaut : selon LC_ALL, LC_MESSAGES ou LANG)"),
    ("watch", "", "Montrer dans le terminal ce qui est mesuré maintenant"),
    ("watch", "demo", "Connecter le bracelet de démonstration"),
    ("watch", "seconds", "Terminer après autant de secondes"),
    ("watch", "json", "Un objet JSON par ligne, une fois par seconde"),
    ("watch", "history", "Jours de passé d'un nouveau bracelet de démo (30 ; 0 avec une clé jetable)"),
    ("status", "", "Dire ce que contient le dossier des données"),
    ("status", "json", "Répondre en JSON"),
    ("devices", "", "Lister les bracelets dont des mesures sont gardées"),
    ("devices", "json", "Répondre en JSON"),
    ("export", "", "Écrire les mesures dans un fichier ou sur la sortie standard"),
    ("export", "format", "Le format"),
    ("export", "metric", "Seulement cette grandeur, avec ce qui l'accompagne"),
    ("export", "demo", "Les mesures de la démo au lieu des siennes"),
    ("export", "from", "À partir de : une date, ou date et heure (RFC 3339 ; locale sans fuseau)"),
    ("export", "to", "Jusqu'avant"),
    ("export", "output", "Le fichier à écrire (par défaut : la sortie standard)"),
    ("alerts", "", "Lister les alertes d'un bracelet : celles en cours, puis celles qui sont finies"),
    ("alerts", "demo", "Celles de la démo au lieu des siennes"),
    ("alerts", "json", "Répondre en JSON"),
    ("limits", "", "Montrer les limites en vigueur, ou rétablir celles d'origine"),
    ("limits", "restore_defaults", "Rétablir les limites d'origine, à partir de maintenant"),
    ("limits", "json", "Répondre en JSON"),
    ("forget-demo", "", "Supprimer la démo et ses mesures ; les vraies mesures ne sont pas touchées"),
    ("check", "", "Comparer la base de la démo à la mémoire de son bracelet, relevé par relevé"),
    ("check", "demo", "La démo (aucune autre mémoire n'est lisible ici)"),
    ("check", "json", "Répondre en JSON"),
];

/// Puts the French words where the English ones stand.
pub fn help(command: Command) -> Command {
    let command = command.after_help(EXIT_CODES).mut_subcommand("check", |check| check.after_help(CHECKED));
    WORDS.into_iter().fold(command, |command, (name, argument, words)| {
        // A name that is not there would panic in clap; a test goes through them all.
        match (name, argument) {
            ("", "") => command.about(words),
            ("", argument) => command.mut_arg(argument, |arg| arg.help(words)),
            (name, "") => command.mut_subcommand(name, |sub| sub.about(words)),
            (name, argument) => {
                command.mut_subcommand(name, |sub| sub.mut_arg(argument, |arg| arg.help(words)))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_command_and_argument_has_french_words() {
        let english = Cli::command();
        let french = help(Cli::command());
        french.clone().debug_assert();
        assert_ne!(english.get_about(), french.get_about());
        for (english, french) in english.get_subcommands().zip(french.get_subcommands()) {
            assert_ne!(english.get_about(), french.get_about(), "{}", english.get_name());
            for (english, french) in english.get_arguments().zip(french.get_arguments()) {
                assert_ne!(english.get_help(), french.get_help(), "{}", english.get_id());
            }
        }
    }
}
