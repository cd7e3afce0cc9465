// Remembers what an upload consists of, so that a page that was closed can say what is missing. A browser does not let a page read files
// again by itself: they have to be chosen anew, and those that were sent are then known.

const key = 'upload';
const maximum = 20_000; // files; storage is for some megabytes
const interval = 1000;

/** Tells files apart without reading them. */
export const fingerprint = ({ file, path }) => `${path}|${file.size}|${file.lastModified}`;

const pathOf = print => print.split('|').slice(0, -2).join('|');

/** Files that were to be sent, by fingerprint: true once they were. */
let files = new Map();
let timer = null;

function write() {
  clearTimeout(timer);
  timer = null;
  try {
    if (missing().length === 0) {
      files = new Map(); // complete: who adds the same pictures again means it
      localStorage.removeItem(key);
    } else {
      const entries = [...files].slice(-maximum);
      localStorage.setItem(key, JSON.stringify({ sent: entries.filter(([, sent]) => sent).map(([print]) => print), missing: entries.filter(([, sent]) => !sent).map(([print]) => print) }));
    }
  } catch {
    // Storage is full or forbidden: then a closed page is forgotten.
  }
}

function later() {
  timer ??= setTimeout(write, interval);
}

/** Those of the last upload, which this page's own joins. @returns whether something is missing */
export function load() {
  try {
    const { sent = [], missing: open = [] } = JSON.parse(localStorage.getItem(key) ?? '{}');
    files = new Map([...sent.map(print => [print, true]), ...open.map(print => [print, false])]);
  } catch {
    files = new Map();
  }

  return missing().length > 0;
}

export const missing = () => [...files].filter(([, sent]) => !sent).map(([print]) => pathOf(print));
export const sentCount = () => [...files.values()].filter(Boolean).length;
export const wasSent = entry => files.get(fingerprint(entry)) === true;

export function expect(entries) {
  entries.forEach(entry => files.set(fingerprint(entry), false));
  write();
}

export function settle(entries) {
  entries.forEach(entry => files.set(fingerprint(entry), true));
  later();
}

/** They will not be sent: cancelled, or refused for good. */
export function drop(entries) {
  entries.forEach(entry => files.delete(fingerprint(entry)));
  later();
}

export function forget() {
  files = new Map();
  write();
}

addEventListener('pagehide', () => timer && write());
