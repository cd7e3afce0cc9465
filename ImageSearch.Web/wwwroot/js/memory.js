// Remembers what searches by a file showed, so that going back shows it again. Kept per tab, gone with it.
const prefix = 'search:';
const kept = 12;
const side = 320;

/** Keeps an answer for the current entry of the history. */
export function remember(answer) {
  const key = `${prefix}${Date.now()}`;
  const keys = Object.keys(sessionStorage).filter(name => name.startsWith(prefix)).sort();
  for (const old of keys.slice(0, Math.max(0, keys.length + 1 - kept))) {
    sessionStorage.removeItem(old);
  }

  try {
    sessionStorage.setItem(key, JSON.stringify(answer));
    history.replaceState({ ...history.state, search: key }, '');
  } catch {
    // The storage is full or forbidden: going back starts anew then.
  }
}

/** What was kept for the current entry of the history. */
export function recall() {
  const key = history.state?.search;
  const text = key && sessionStorage.getItem(key);
  return text ? JSON.parse(text) : null;
}

/** A small copy of the picture as a data URL; null when the browser cannot decode it. */
export async function previewOf({ file }) {
  if (!file) {
    return null;
  }

  try {
    const bitmap = await createImageBitmap(file);
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
