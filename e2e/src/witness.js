// Before the page's own scripts: notes what goes wrong in `witness.errors`, and stops the clock, so that pictures repeat.
window.witness = { errors: [] };
for (const level of ["error", "warn"]) {
    const told = console[level];
    console[level] = (...words) => {
        witness.errors.push(`console.${level}: ${words.join(" ")}`);
        told.apply(console, words);
    };
}
addEventListener("error", it => witness.errors.push(`error: ${it.message ?? it.target?.src ?? it.target?.href}`), true);
addEventListener("unhandledrejection", it => witness.errors.push(`rejection: ${it.reason}`));
addEventListener("securitypolicyviolation", it => witness.errors.push(`policy: ${it.violatedDirective} ${it.blockedURI}`));

// An afternoon: a day of the gallery's story has steps, a walk and a night behind it.
const NOW = Date.UTC(2026, 10, 20, 14, 23, 0);
const RealDate = Date;
window.Date = class extends RealDate {
    constructor(...given) {
        super(...(given.length ? given : [NOW]));
    }
    static now() {
        return NOW;
    }
};
window.setInterval = () => 0;

// Until the page has drawn itself: a few frames in a row in which nothing changed. What never rests is not waited for.
witness.drawn = done => {
    let changed = false;
    const watcher = new MutationObserver(() => changed = true);
    watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    let still = 0, frames = 0;
    const look = () => {
        still = changed ? 0 : still + 1;
        changed = false;
        if (still < 3 && ++frames < 120) return requestAnimationFrame(look);
        watcher.disconnect();
        done(witness.errors.splice(0));
    };
    const begin = () => document.body?.childElementCount || witness.errors.length
        ? document.fonts.ready.then(() => requestAnimationFrame(look))
        : setTimeout(begin, 5);
    begin();
};

// The tick of an estimated rhythm goes by the frames, which no stopped clock stops.
const still = new CSSStyleSheet();
still.replaceSync("*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }"
    + ".heart-tick { transform: none !important; }");
document.adoptedStyleSheets = [still];
