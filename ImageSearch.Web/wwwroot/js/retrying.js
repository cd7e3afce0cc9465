// Follows pictures of the collection that are tried again, until each is searchable or has failed.
import { call, delay } from './ui.js';

const interval = 1000;
const patience = 60_000; // without any of them settling

function markWaiting(picture) {
  for (const badge of picture.querySelectorAll('.badge.failed')) {
    badge.className = 'badge pending';
    badge.textContent = 'Waiting';
  }

  picture.querySelectorAll('.reason').forEach(element => element.remove());
  picture.querySelectorAll('[data-action=retry]').forEach(element => { element.hidden = true; });
}

function settledState(models) {
  return models.some(model => model.state === 'failed') ? 'failed'
    : models.every(model => model.state === 'indexed') ? 'indexed'
      : null;
}

function reasonOf(model) {
  const reason = document.createElement('p');
  reason.className = 'reason';
  const name = document.createElement('strong');
  name.textContent = `${model.model}:`;
  reason.append(name, ` ${model.reason}`);
  return reason;
}

function showIndexed(tile, id) {
  const name = tile.querySelector('.tile-name').textContent;
  const placeholder = tile.querySelector('.placeholder');
  if (placeholder) {
    const image = document.createElement('img');
    image.width = image.height = 256;
    image.alt = name;
    image.src = `/api/v1/images/${id}/thumbnail?size=256`;
    placeholder.replaceWith(image);
  }

  const similar = document.createElement('a');
  similar.href = `/?image=${id}`;
  similar.textContent = 'Similar';
  similar.setAttribute('aria-label', `Pictures similar to ${name}`);
  tile.querySelector('.actions').prepend(similar);
}

function show(picture, state, models) {
  if (picture.dataset.afterRetry) {
    location.assign(picture.dataset.afterRetry); // the picture's own page, which shows far more than its state
    return;
  }

  const badge = picture.querySelector('[data-state]');
  badge.className = `badge ${state}`;
  badge.textContent = state === 'failed' ? 'Failed' : 'Searchable';
  if (state === 'indexed') {
    showIndexed(picture, picture.dataset.id);
    return;
  }

  badge.closest('.facts').after(...models.filter(model => model.state === 'failed').map(reasonOf));
  picture.querySelectorAll('[data-action=retry]').forEach(element => { element.hidden = false; });
}

/** Of one picture: its state and its models once it has settled, else null. */
async function check(picture) {
  try {
    const { models } = await (await call(`/api/v1/images/${picture.dataset.id}`)).json();
    const state = settledState(models);
    return state && { state, models };
  } catch {
    return null; // the server is away for a moment, or the picture was deleted: the next round asks again
  }
}

/** @returns how many became searchable, how many failed and how many are waiting still */
export async function follow(pictures) {
  pictures.forEach(markWaiting);
  const counts = { indexed: 0, failed: 0, waiting: pictures.length };
  let changed = Date.now();
  while (counts.waiting > 0 && Date.now() - changed < patience) {
    await delay(interval);
    const open = [];
    for (const picture of pictures.filter(picture => picture.isConnected)) {
      const settled = await check(picture);
      if (settled && picture.isConnected) {
        show(picture, settled.state, settled.models);
        counts[settled.state]++;
        changed = Date.now();
      } else {
        open.push(picture);
      }
    }

    pictures = open;
    counts.waiting = open.length;
  }

  return counts;
}
