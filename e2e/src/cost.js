// Runs before the page's own scripts: notes what each state change costs the page's thread. A timer's turn, what it sets off
// before the page is asked again, and the style and layout of it all.
window.cost = [];
const repeat = window.setInterval;
window.setInterval = (act, every, ...given) => repeat(() => {
    const began = performance.now();
    act(...given);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
        document.body.getBoundingClientRect();
        window.cost.push(performance.now() - began);
    };
    port2.postMessage(0);
}, every);
