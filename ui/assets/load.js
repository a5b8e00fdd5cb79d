// Loads the page's wasm. A file of its own: the content-security policy allows no script within the page.
import init from "../ui.js";

await init({ module_or_path: new URL("../ui_bg.wasm", import.meta.url) });
