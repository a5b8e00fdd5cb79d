//! `bracelet check --demo`: whether the demo's database holds exactly what its bracelet measured.

use companion::Engine;

use crate::args::Lang;
use crate::failure::Failure;

/// Compares and prints the counts.
///
/// # Errors
///
/// [`Failure::Differs`] if they differ; the store's or the flash's; that there is no demo.
pub async fn run(engine: &Engine, as_json: bool, lang: Lang) -> Result<(), Failure> {
    let found = engine.check_demo().await?;
    if as_json {
        println!("{}", serde_json::to_string(&found).unwrap_or_default());
    } else {
        let rows = [
            (lang.pick("in the bracelet's flash", "dans la mémoire du bracelet"), found.in_flash),
            (lang.pick("in the database", "dans la base"), found.in_store),
            (lang.pick("the same in both", "identiques dans les deux"), found.same),
            (lang.pick("different", "différents"), found.different),
            (lang.pick("missing in the database", "manquants dans la base"), found.missing),
            (lang.pick("still to be fetched", "encore à récupérer"), found.waiting),
            (lang.pick("only in the database", "seulement dans la base"), found.extra),
            (lang.pick("twice in the database", "en double dans la base"), found.twice),
            (lang.pick("overwritten in the flash since", "depuis écrasés dans la mémoire"), found.older),
            (lang.pick("of another flash", "d'une autre mémoire"), found.other_journal),
            (lang.pick("counted by the roll-ups", "comptés par les agrégats"), found.rolled_up),
        ];
        for (what, count) in rows {
            println!("{count:>10}  {what}");
        }
    }
    if found.agrees() { Ok(()) } else { Err(Failure::Differs) }
}
