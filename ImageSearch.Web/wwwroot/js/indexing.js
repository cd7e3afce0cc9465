// Follows pictures until every one is searchable or has failed.
import { call, delay } from './ui.js';

const interval = 700;
const patience = 10 * 60_000; // without any progress
const pageLimit = 1000;
const maximumPages = 10;

/** Those of the ids that the collection lists in a state. The newest come first, so ours are on the first pages. */
async function inState(state, ids) {
  const found = new Set();
  let cursor = null;
  for (let page = 0; page < maximumPages; page++) {
    const query = new URLSearchParams({ state, limit: `${pageLimit}`, ...(cursor && { cursor }) });
    const answer = await (await call(`/api/v1/images?${query}`)).json();
    for (const image of answer.images) {
      if (ids.has(image.id)) {
        found.add(image.id);
      }
    }

    cursor = answer.next;
    if (!cursor || found.size === ids.size) {
      break;
    }
  }

  return found;
}

/**
 * @param ids a set that may grow meanwhile
 * @param more whether it still may
 * @param report called with { indexed, failed } whenever they are known
 */
export async function follow(ids, more, report) {
  let last = '';
  let changed = Date.now();
  while (Date.now() - changed < patience) {
    const known = new Set(ids);
    let settled = 0;
    if (known.size > 0) {
      try {
        const failed = await inState('failed', known);
        const pending = await inState('pending', known);
        failed.forEach(id => pending.delete(id));
        settled = known.size - pending.size;
        report({ indexed: settled - failed.size, failed: failed.size });
      } catch {
        // The server is away for a moment; the next round asks again.
      }
    }

    const now = `${settled}/${ids.size}`;
    changed = now === last ? changed : Date.now();
    last = now;
    if (!more() && settled === ids.size) {
      return;
    }

    await delay(interval);
  }
}
