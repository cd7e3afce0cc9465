// Starts imports and shows how far they have come.
import { byId, call, delay } from './ui.js';

const interval = 700;
const attempts = 10; // in a row without an answer

function card(title) {
  byId('imports').hidden = false;
  const fragment = byId('import-template').content.cloneNode(true);
  const element = fragment.firstElementChild;
  element.querySelector('.import-title').textContent = title;
  byId('import-list').prepend(fragment);
  return element;
}

function say(element, text) {
  const status = element.querySelector('.import-status');
  if (status.textContent !== text) {
    status.textContent = text;
  }
}

function showProblems(element, problems) {
  const details = element.querySelector('.import-problems');
  details.hidden = problems.length === 0;
  details.querySelector('summary').textContent = `${problems.length} not imported, and why`;
  const items = problems.map(problem => {
    const item = document.createElement('li');
    const strong = document.createElement('strong');
    strong.textContent = problem.source;
    item.append(strong, `: ${problem.reason}`);
    return item;
  });
  details.querySelector('ul').replaceChildren(...items);
}

function show(element, status) {
  const settled = status.accepted + status.duplicate + status.rejected;
  const of = status.total === null ? '' : ` of ${status.total}`;
  say(element, `${status.done ? 'Done' : 'Importing'}: ${settled}${of}, ${status.accepted} new, ${status.duplicate} known already, ${status.rejected} not imported.`);
  const progress = element.querySelector('progress');
  if (status.total === null && !status.done) {
    progress.removeAttribute('value');
  } else {
    progress.max = Math.max(1, status.total ?? settled);
    progress.value = status.done ? progress.max : settled;
  }

  showProblems(element, status.problems);
}

async function follow(element, id) {
  let failures = 0;
  while (failures < attempts) {
    try {
      const status = await (await call(`/api/v1/imports/${id}`)).json();
      failures = 0;
      show(element, status);
      if (status.done) {
        return;
      }
    } catch (error) {
      failures++;
      say(element, error.message);
    }

    await delay(interval);
  }
}

async function start(form, title, body) {
  const button = form.querySelector('button');
  button.disabled = true;
  const element = card(title);
  say(element, 'Starting');
  try {
    const tags = byId('tags').value.split(',').map(tag => tag.trim()).filter(Boolean);
    const response = await call('/api/v1/imports', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(tags.length > 0 ? { ...body, tags } : body),
    });
    const { id } = await response.json();
    form.reset();
    button.disabled = false;
    await follow(element, id);
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
