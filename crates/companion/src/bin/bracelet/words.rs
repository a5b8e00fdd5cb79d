//! The command's words, English and French. What is printed for programs (`--json`) is not translated.

use std::ffi::OsString;

use bridge::{Code, Connection, Source, SourceKind, Step, Why};
use vitals::{Alert, AlertRule, Metric, Status, UnixMillis};

use crate::args::Lang;
use crate::french;

/// The language that the environment asks for: English unless it says French.
pub fn of_environment() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    if set.is_some_and(|value| value.starts_with("fr")) { Lang::Fr } else { Lang::En }
}

/// The language for `--help`, which is told before the arguments are understood: that of `--lang`, else the environment's.
pub fn of_arguments(arguments: impl Iterator<Item = OsString>) -> Lang {
    let words: Vec<String> = arguments.map(|word| word.to_string_lossy().into_owned()).collect();
    let named = words.iter().enumerate().find_map(|(index, word)| match word.strip_prefix("--lang=") {
        Some(value) => Some(value.to_owned()),
        None if word == "--lang" => words.get(index + 1).cloned(),
        None => None,
    });
    match named.as_deref() {
        Some("fr") => Lang::Fr,
        Some("en") => Lang::En,
        _ => of_environment(),
    }
}

/// The command line with its help in that language. The English words stand in `args`.
pub fn localised(command: clap::Command, lang: Lang) -> clap::Command {
    match lang {
        Lang::En => command,
        Lang::Fr => french::help(command),
    }
}

impl Lang {
    /// Picks the text of this language.
    pub fn pick(self, en: &'static str, fr: &'static str) -> &'static str {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }

    /// A number with one decimal, as this language writes it.
    pub fn decimal(self, value: f64) -> String {
        let text = format!("{value:.1}");
        match self {
            Self::En => text,
            Self::Fr => text.replace('.', ","),
        }
    }

    /// A whole number of percent; French keeps them together by a narrow no-break space.
    pub fn percent(self, value: f64) -> String {
        match self {
            Self::En => format!("{value:.0}%"),
            Self::Fr => format!("{value:.0}\u{202f}%"),
        }
    }

    /// What went wrong; what is safe; what to do.
    pub fn trouble(self, code: Code) -> [&'static str; 3] {
        let [what, todo] = match (self, code) {
            (Self::En, Code::KeyringMissing) => [
                "No keyring service answers.",
                "Start one (gnome-keyring, KWallet), or choose --protection passphrase.",
            ],
            (Self::Fr, Code::KeyringMissing) => [
                "Aucun trousseau de clés ne répond.",
                "Démarrez-en un (gnome-keyring, KWallet) ou choisissez --protection passphrase.",
            ],
            (Self::En, Code::KeyringLocked) => ["The keyring is locked.", "Unlock it and try again."],
            (Self::Fr, Code::KeyringLocked) => {
                ["Le trousseau est verrouillé.", "Déverrouillez-le et réessayez."]
            }
            (Self::En, Code::KeyMissing) => [
                "The key of this database is not in the keyring.",
                "Use the account and machine that made it, or another folder (--data).",
            ],
            (Self::Fr, Code::KeyMissing) => [
                "La clé de cette base n'est pas dans le trousseau.",
                "Utilisez le compte et la machine d'origine, ou un autre dossier (--data).",
            ],
            (Self::En, Code::WrongPassphrase) => {
                ["This passphrase does not open the database.", "Try again."]
            }
            (Self::Fr, Code::WrongPassphrase) => ["Cette phrase secrète n'ouvre pas la base.", "Réessayez."],
            (Self::En, Code::DatabaseNewer) => {
                ["A newer version of this program wrote the database.", "Install that version."]
            }
            (Self::Fr, Code::DatabaseNewer) => {
                ["La base vient d'une version plus récente.", "Installez cette version."]
            }
            (Self::En, Code::DatabaseDamaged) => {
                ["The database is damaged.", "Start again to begin a new one."]
            }
            (Self::Fr, Code::DatabaseDamaged) => {
                ["La base est endommagée.", "Relancez pour en commencer une nouvelle."]
            }
            (Self::En, Code::NoProgram) => ["No program of this system does that.", "Do it by hand."],
            (Self::Fr, Code::NoProgram) => ["Aucun programme du système ne le fait.", "Faites-le à la main."],
            (Self::En, Code::NotABackup) => ["This file is no backup of this app.", "Choose another."],
            (Self::Fr, Code::NotABackup) => {
                ["Ce fichier n'est pas une sauvegarde de cette application.", "Choisissez-en un autre."]
            }
            (Self::En, Code::DiskFull) => ["The disk is full.", "Free some space."],
            (Self::Fr, Code::DiskFull) => ["Le disque est plein.", "Libérez de l'espace."],
            (Self::En, Code::FolderNotWritable) => {
                ["The data folder cannot be written.", "Check its permissions, or choose another (--data)."]
            }
            (Self::Fr, Code::FolderNotWritable) => [
                "Impossible d'écrire dans le dossier des données.",
                "Vérifiez ses droits ou choisissez-en un autre (--data).",
            ],
            (Self::En, Code::AlreadyRunning) => [
                "Another process already uses this data folder.",
                "Close it, or choose another folder (--data).",
            ],
            (Self::Fr, Code::AlreadyRunning) => [
                "Un autre processus utilise déjà ce dossier.",
                "Fermez-le ou choisissez un autre dossier (--data).",
            ],
            (Self::En, Code::ClockWrong) => {
                ["This computer's clock is wrong; readings are kept all the same.", "Set the clock."]
            }
            (Self::Fr, Code::ClockWrong) => [
                "L'horloge de cet ordinateur est fausse ; les mesures sont gardées quand même.",
                "Réglez l'horloge.",
            ],
            (Self::En, Code::BraceletSilent) => {
                ["The bracelet does not answer.", "Charge it, wake it, come closer."]
            }
            (Self::Fr, Code::BraceletSilent) => {
                ["Le bracelet ne répond pas.", "Rechargez-le, réveillez-le, rapprochez-vous."]
            }
            (Self::En, Code::ProtocolVersion) => {
                ["The bracelet speaks a version this program does not know.", "Update this program."]
            }
            (Self::Fr, Code::ProtocolVersion) => {
                ["Le bracelet parle une version inconnue de ce programme.", "Mettez ce programme à jour."]
            }
            (Self::En, Code::NotNow) => {
                ["That is not possible now.", "Connect a bracelet or the demo first."]
            }
            (Self::Fr, Code::NotNow) => {
                ["Ce n'est pas possible maintenant.", "Connectez d'abord un bracelet ou la démo."]
            }
            (Self::En, Code::Invalid) => ["A value is out of its range.", "Correct it."],
            (Self::Fr, Code::Invalid) => ["Une valeur est hors limites.", "Corrigez-la."],
            (Self::En, Code::Internal) => ["The program has a fault.", "Try again; please report it."],
            (Self::Fr, Code::Internal) => {
                ["Le programme a rencontré une erreur.", "Réessayez ; merci de la signaler."]
            }
        };
        let safe = match code {
            Code::DiskFull => self.pick(
                "What was measured stays in the bracelet; nothing is lost.",
                "Les mesures restent dans le bracelet ; rien n'est perdu.",
            ),
            Code::DatabaseDamaged => self.pick(
                "It was kept aside as it is; perhaps not all in it can still be read.",
                "Elle a été mise de côté telle quelle ; tout n'y est peut-être plus lisible.",
            ),
            Code::Internal => self
                .pick("What was saved before stays saved.", "Ce qui était enregistré auparavant le reste."),
            _ => {
                self.pick("Nothing was changed, nothing is lost.", "Rien n'a été modifié, rien n'est perdu.")
            }
        };
        [what, safe, todo]
    }

    /// A status as shape and word: never colour alone.
    pub fn status(self, status: Status) -> (&'static str, &'static str) {
        match status {
            Status::Ok => ("✓", self.pick("All good", "Tout va bien")),
            Status::Attention => ("▲", self.pick("Attention", "Attention")),
            Status::Alert => ("!", self.pick("Alert", "Alerte")),
            Status::Active => ("»", self.pick("Active", "En activité")),
            Status::Unknown => ("?", self.pick("Unknown", "Inconnu")),
        }
    }

    /// The one-line reason beneath the heart.
    pub fn why(self, why: &Why) -> String {
        match *why {
            Why::Nothing => String::new(),
            Why::InRange => self.pick("within your limits", "dans vos limites").into(),
            Why::Above { limit, for_ms } => match self {
                Self::En => format!("above your limit of {limit} for {}", self.span(for_ms)),
                Self::Fr => format!("au-dessus de votre limite de {limit} depuis {}", self.span(for_ms)),
            },
            Why::Below { limit, for_ms } => match self {
                Self::En => format!("below your limit of {limit} for {}", self.span(for_ms)),
                Self::Fr => format!("sous votre limite de {limit} depuis {}", self.span(for_ms)),
            },
            Why::Active => self.pick("moving: not judged", "en mouvement : non évalué").into(),
            Why::WeakSignal => self
                .pick(
                    "signal too weak: tighten the bracelet, hold still",
                    "signal trop faible : resserrez le bracelet, ne bougez pas",
                )
                .into(),
            Why::NotWorn => self
                .pick("bracelet not worn: monitoring paused", "bracelet non porté : surveillance en pause")
                .into(),
            Why::Stale => self.pick("not current", "pas à jour").into(),
        }
    }

    /// What a source is called: what the person named it, but a demo is a demo in every language.
    pub fn source(self, source: &Source) -> &str {
        match source.kind {
            SourceKind::Demo => self.pick("Demo bracelet", "Bracelet de démonstration"),
            _ => &source.name,
        }
    }

    /// How the bracelet is reached.
    pub fn connection(self, connection: &Connection, now: UnixMillis) -> String {
        match *connection {
            Connection::None => self
                .pick("no bracelet (the demo: watch --demo)", "aucun bracelet (la démo : watch --demo)")
                .into(),
            Connection::Connecting { step } => match step {
                Step::Searching => self.pick("searching…", "recherche…"),
                Step::Found => self.pick("found…", "trouvé…"),
                Step::Secured => self.pick("secured…", "sécurisé…"),
                Step::WaitingForBeat => {
                    self.pick("waiting for the first beat…", "en attente du premier battement…")
                }
            }
            .into(),
            Connection::Connected { .. } => self.pick("connected", "connecté").into(),
            Connection::Lost { since, next_try } => match self {
                Self::En => format!(
                    "lost {} ago, next try in {}",
                    self.span(now.since(since)),
                    self.span(next_try.since(now))
                ),
                Self::Fr => format!(
                    "perdu il y a {}, nouvel essai dans {}",
                    self.span(now.since(since)),
                    self.span(next_try.since(now))
                ),
            },
            Connection::Disconnected { .. } => self.pick("disconnected", "déconnecté").into(),
        }
    }

    /// An alarm that is open: what, how far, since when. Values and limits are in hundredths.
    pub fn alarm(self, alarm: &Alert, now: UnixMillis) -> String {
        let what = match alarm.rule {
            AlertRule::HeartRateHigh => self.pick("Heart rate high", "Fréquence cardiaque élevée"),
            AlertRule::HeartRateLow => self.pick("Heart rate low", "Fréquence cardiaque basse"),
            AlertRule::Spo2Low => self.pick("Oxygen low", "Oxygène bas"),
            AlertRule::SkinTemperatureHigh => {
                self.pick("Skin warmer than usual", "Peau plus chaude que d'habitude")
            }
            // No value goes with these.
            AlertRule::Fall => return self.pick("A fall", "Une chute").into(),
            AlertRule::Sos => return self.pick("SOS from the bracelet", "SOS du bracelet").into(),
        };
        let peak = self.decimal(f64::from(alarm.peak) / 100.0);
        let span = self.span(now.since(alarm.since));
        match self {
            Self::En => format!("{what}: up to {peak} for {span}"),
            Self::Fr => format!("{what} : jusqu'à {peak} depuis {span}"),
        }
    }

    /// A metric's name.
    pub fn metric(self, metric: Metric) -> &'static str {
        match metric {
            Metric::HeartRate => self.pick("Heart rate", "Fréquence cardiaque"),
            Metric::Spo2 => self.pick("Oxygen", "Oxygène"),
            Metric::SkinTemperature => self.pick("Skin", "Peau"),
            Metric::AmbientTemperature => self.pick("Room", "Air"),
            Metric::Steps => self.pick("Steps", "Pas"),
            Metric::Sleep => self.pick("Sleep", "Sommeil"),
            Metric::Battery => self.pick("Battery", "Batterie"),
            Metric::Activity => self.pick("Activity", "Activité"),
        }
    }

    /// A length of time in one unit.
    pub fn span(self, ms: i64) -> String {
        let seconds = ms.max(0) / 1_000;
        match seconds {
            0..=89 => format!("{seconds} s"),
            90..=5_399 => format!("{} min", (seconds + 30) / 60),
            5_400..=172_799 => format!("{} h", (seconds + 1_800) / 3_600),
            _ => match self {
                Self::En => format!("{} d", (seconds + 43_200) / 86_400),
                Self::Fr => format!("{} j", (seconds + 43_200) / 86_400),
            },
        }
    }
}
