// Starts imports that the server carries out, and shows how far all of them have come, those of pages closed long ago too.
import { paceText } from './pace.js';
import { byId, call, delay } from './ui.js';

const interval = 1000;
const idleInterval = 15_000; // nothing runs: another page may start something
const cards = new Map();
const names = { waiting: 'Waiting', running: 'Running', done: 'Done', cancelled: 'Cancelled' };
const badges = { waiting: 'pending', running: 'pending', done: 'indexed', cancelled: '' };
let wake = null;

function card(id, title) {
  byId('imports').hidden = false;
  const element = byId('import-template').content.cloneNode(true).firstElementChild;
  element.querySelector('.import-title').textContent = title;
  element.querySelector('progress').setAttribute('aria-label', `Progress of ${title}`);
  if (id) {
    adopt(element, id);
  }

  return element;
}

function adopt(element, id) {
  cards.set(id, element);
  const act = verb => async event => {
    event.target.disabled = true;
    try {
      show(element, await (await call(`/api/v1/imports/${id}/${verb}`, { method: 'POST' })).json());
    } catch (error) {
      say(element, error.message);
    } finally {
      event.target.disabled = false;
      wake?.();
    }
  };
  element.querySelector('.import-cancel').addEventListener('click', act('cancel'));
  element.querySelector('.import-resume').addEventListener('click', act('resume'));
  element.querySelector('details').addEventListener('toggle', event => event.target.open && showProblems(element, id));
}

function say(element, text) {
  const status = element.querySelector('.import-status');
  if (status.textContent !== text) {
    status.textContent = text;
  }
}

async function showProblems(element, id) {
  try {
    const { problems } = await (await call(`/api/v1/imports/${id}`)).json();
    element.querySelector('.problems').replaceChildren(...problems.map(problem => {
      const item = document.createElement('li');
      item.append(Object.assign(document.createElement('strong'), { textContent: problem.source }), `: ${problem.reason}`);
      return item;
    }));
  } catch (error) {
    element.querySelector('.problems').textContent = error.message;
  }
}

function titleOf(status) {
  const settled = status.total ?? 0;
  return status.kind === 'folder' ? `Folder ${status.name}` : settled > 1 ? `${settled} addresses, the first ${status.name}` : status.name || 'Addresses';
}

function show(element, status) {
  const state = status.state ?? (status.done ? 'done' : 'running');
  const settled = status.accepted + status.duplicate + status.rejected;
  const of = status.total === null ? '' : ` of ${status.total}`;
  const verb = { done: 'Done', cancelled: 'Cancelled', waiting: 'Waiting' }[state] ?? 'Importing';
  say(element, `${verb}: ${settled}${of}, ${status.accepted} new, ${status.duplicate} known already, ${status.rejected} not imported.`);
  const badge = element.querySelector('.badge');
  badge.textContent = names[state];
  badge.className = `badge ${badges[state]}`;
  element.querySelector('.import-cancel').hidden = state === 'done' || state === 'cancelled';
  element.querySelector('.import-resume').hidden = state !== 'cancelled';
  element.querySelector('.import-pace').textContent = state === 'running' ? paceText(status.rate, status.secondsLeft) : '';
  const progress = element.querySelector('progress');
  if (status.total === null && state !== 'done' && state !== 'cancelled') {
    progress.removeAttribute('value');
  } else {
    progress.max = Math.max(1, status.total ?? settled);
    progress.value = state === 'done' ? progress.max : settled;
  }

  const details = element.querySelector('.import-problems');
  details.hidden = status.rejected === 0;
  details.querySelector('summary').textContent = `${status.rejected} not imported, and why`;
}

async function refresh() {
  const { imports } = await (await call('/api/v1/imports')).json();
  for (const [i, status] of imports.entries()) {
    const known = cards.get(status.id);
    const element = known ?? card(status.id, titleOf(status));
    show(element, status);
    if (!known) {
      // Newest first; those that this page has are in their places already.
      const after = imports.slice(i + 1).map(other => cards.get(other.id)).find(other => other?.isConnected);
      after ? after.before(element) : byId('import-list').append(element);
    }
  }

  return imports.some(status => status.state === 'running' || status.state === 'waiting');
}

async function followAll() {
  while (true) {
    let active = false;
    try {
      active = await refresh();
    } catch {
      // The server is away for a moment: the next round asks again.
    }

    await Promise.race([delay(active && !document.hidden ? interval : idleInterval), new Promise(resolve => { wake = resolve; })]);
  }
}

async function start(form, title, body) {
  const button = form.querySelector('button');
  button.disabled = true;
  const element = card(null, title);
  byId('import-list').prepend(element);
  say(element, 'Starting');
  try {
    const tags = byId('tags').value.split(',').map(tag => tag.trim()).filter(Boolean);
    const response = await call('/api/v1/imports', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(tags.length > 0 ? { ...body, tags } : body),
    });
    const { id } = await response.json();
    adopt(element, id);
    form.reset();
    wake?.();
  } catch (error) {
    say(element, error.message);
    element.querySelector('.import-status').classList.add('notice', 'error');
    element.querySelector('progress').remove();
  } finally {
    button.disabled = false;
  }
}

byId('url-form').addEventListener('submit', event => {
  event.preventDefault();
  const urls = byId('urls').value.split(/\s+/).filter(Boolean);
  start(event.target, urls.length === 1 ? urls[0] : `${urls.length} addresses`, { urls });
});

byId('folder-form').addEventListener('submit', event => {
  event.preventDefault();
  const folder = byId('folder').value.trim();
  start(event.target, `Folder ${folder}`, { folder });
});

document.addEventListener('visibilitychange', () => document.hidden || wake?.());
followAll();
