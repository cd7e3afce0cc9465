// A message that stays for a while, with a way back where there is one.
import { byId } from './ui.js';

const stay = 8000;
let timer = null;
let ended = null; // what is to happen when the message goes without Undo

function close() {
  clearTimeout(timer);
  byId('toast').hidden = true;
  const action = ended;
  ended = null;
  action?.();
}

/**
 * @param undo what Undo does; without it there is no such button
 * @param then what happens when the time is over, the message is closed, or another takes its place
 */
export function show(text, { undo = null, then = null } = {}) {
  close();
  ended = then;
  byId('toast-text').textContent = text;
  byId('toast-undo').hidden = !undo;
  byId('toast-undo').onclick = undo && (() => {
    ended = null;
    close();
    undo();
  });
  byId('toast').hidden = false;
  timer = setTimeout(close, stay);
}

byId('toast-close')?.addEventListener('click', close);
// Whoever leaves the page has said what he wants.
addEventListener('pagehide', close);

// Nobody is hurried: the time stands still while the message has the pointer or the focus.
for (const name of ['pointerenter', 'focusin']) {
  byId('toast')?.addEventListener(name, () => clearTimeout(timer));
}

for (const name of ['pointerleave', 'focusout']) {
  byId('toast')?.addEventListener(name, () => {
    clearTimeout(timer);
    timer = byId('toast').hidden ? null : setTimeout(close, stay);
  });
}
