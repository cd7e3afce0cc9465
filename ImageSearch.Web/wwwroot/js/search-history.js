// Remembers what searches showed, so that going back shows it again. Kept per tab, gone with it.
const prefix = 'search:';
const kept = 12;
const side = 512;
let last = 0;

/** A name for what the next entry of the history will show. */
export const newKey = () => `${prefix}${Math.max(Date.now(), last + 1)}`;

/** The name of what the current entry of the history shows; null for what the server rendered. */
export const currentKey = () => history.state?.search ?? null;

/** Keeps an answer under its name. */
export function remember(key, answer) {
  last = Number(key.slice(prefix.length));
  const keys = Object.keys(sessionStorage).filter(name => name.startsWith(prefix) && name !== key).sort();
  for (const old of keys.slice(0, Math.max(0, keys.length + 1 - kept))) {
    sessionStorage.removeItem(old);
  }

  try {
    sessionStorage.setItem(key, JSON.stringify(answer));
  } catch {
    sessionStorage.removeItem(key); // The storage is full or forbidden: going back starts anew then.
  }
}

/** What was kept for the current entry of the history. */
export function recall() {
  const text = currentKey() && sessionStorage.getItem(currentKey());
  return text ? JSON.parse(text) : null;
}

/** A small copy of a file or blob as a data URL; null when the browser cannot decode it. */
export async function smallCopy(blob) {
  try {
    const bitmap = await createImageBitmap(blob);
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return canvas.toDataURL('image/webp', 0.8);
  } catch {
    return null;
  }
}
