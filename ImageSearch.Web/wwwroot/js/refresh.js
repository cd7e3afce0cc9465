// Draws anew what changes by itself. The server renders the page again; of each element with data-refresh (milliseconds) what differs
// is put in place. data-source is the address to ask where it is not the page's own.
import { byId } from './ui.js';

const timeout = 15_000;
const slowest = 5000; // while nothing changes
let timer = 0;
let pause = 0;
let asked = 0; // counts what made an answer that is on its way an old one

const elements = () => [...document.querySelectorAll('[data-refresh]')];

/** Makes an element what the other one is, touching no more than differs. @returns whether anything did */
function morph(old, fresh) {
  if (old.isEqualNode(fresh)) {
    return false;
  }

  if (old.nodeName !== fresh.nodeName || !old.attributes) {
    old.replaceWith(fresh);
    return true;
  }

  [...old.attributes].filter(({ name }) => !fresh.hasAttribute(name)).forEach(({ name }) => old.removeAttribute(name));
  [...fresh.attributes].filter(({ name, value }) => old.getAttribute(name) !== value)
    .forEach(({ name, value }) => old.setAttribute(name, value));
  const [present, wanted] = [[...old.childNodes], [...fresh.childNodes]];
  wanted.forEach((node, i) => present[i] ? morph(present[i], node) : old.append(node));
  present.slice(wanted.length).forEach(node => node.remove());
  return true;
}

async function load(address) {
  const response = await fetch(address, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(timeout) });
  if (response.redirected) {
    location.reload(); // signed out: the server leads to where one signs in
  }

  return response.ok && !response.redirected ? new DOMParser().parseFromString(await response.text(), 'text/html') : null;
}

async function refresh() {
  const mine = ++asked;
  let changed = false;
  let stale = false;
  const pages = new Map();
  for (const element of elements()) {
    const address = element.dataset.source ?? location.href;
    pages.set(address, await (pages.get(address) ?? load(address).catch(() => null)));
    const fresh = pages.get(address)?.getElementById(element.id);
    if (mine !== asked) {
      return;
    }

    stale ||= !fresh;
    changed = Boolean(fresh && morph(element, fresh)) || changed;
  }

  pause = changed ? 0 : pause * 1.5;
  byId('stale')?.toggleAttribute('hidden', !stale);
}

function schedule() {
  clearTimeout(timer);
  const intervals = elements().map(element => Number(element.dataset.refresh));
  if (intervals.length > 0 && !document.hidden && byId('pause')?.ariaPressed !== 'true') {
    const interval = Math.min(...intervals);
    pause = Math.max(interval, Math.min(pause, slowest));
    timer = setTimeout(() => refresh().finally(schedule), pause);
  }
}

byId('pause')?.addEventListener('click', ({ currentTarget }) => {
  const paused = currentTarget.ariaPressed !== 'true';
  currentTarget.ariaPressed = paused;
  (paused ? Promise.resolve() : refresh()).finally(schedule);
});
document.addEventListener('visibilitychange', () => (document.hidden ? Promise.resolve() : refresh()).finally(schedule));
globalThis.Blazor?.addEventListener('enhancedload', () => {
  asked++;
  schedule();
});
schedule();
