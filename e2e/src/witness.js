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

const NOW = Date.UTC(2026, 2, 14, 8, 26, 53);
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

const still = new CSSStyleSheet();
still.replaceSync("*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }");
document.adoptedStyleSheets = [still];
