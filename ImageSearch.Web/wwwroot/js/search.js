// Searches by a file: chosen, dropped or pasted. The answer is a fragment that the server rendered.
import { acceptDrops, announce, byId, failureOf, problemOf, showProblem } from './ui.js';
import { previewOf, recall, remember } from './memory.js';

const timeout = 60_000;
const root = byId('search');
const results = byId('results');
const options = byId('options');
let query = null; // what is searched by now: { name, file } or { name, url }
let running = null;

function parameters() {
  const given = [...new FormData(options)].filter(([name, value]) => name !== 'image' && value !== '');
  return new URLSearchParams(given);
}

function request(signal) {
  const headers = { Accept: 'text/html' };
  if (query.url) {
    headers['Content-Type'] = 'application/json';
    return { method: 'POST', headers, signal, body: JSON.stringify({ url: query.url }) };
  }

  const body = new FormData();
  body.append('file', query.file, query.name);
  return { method: 'POST', headers, signal, body };
}

function setBusy(busy) {
  byId('busy').hidden = !busy;
  results.setAttribute('aria-busy', busy);
}

function showQuery(name, picture) {
  root.classList.add('has-query');
  byId('query').hidden = false;
  byId('query-name').textContent = name;
  const image = byId('query-picture');
  image.hidden = !picture;
  image.alt = `The picture searched by: ${name}`;
  if (picture) {
    image.src = picture;
  }
}

function showAnswer(html) {
  results.innerHTML = html; // the server's own markup, encoded there
  announce(results.querySelector('[data-summary]')?.dataset.summary ?? '');
}

// In one column the answer is below the picture and the form: out of sight.
function bringAnswerIntoView() {
  if (!matchMedia('(min-width: 64rem)').matches) {
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
    results.querySelector('h2')?.scrollIntoView({ block: 'start', behavior });
  }
}

async function search() {
  running?.abort();
  const mine = running = new AbortController();
  showProblem('');
  setBusy(true);
  announce('Searching');
  try {
    const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(timeout)]);
    const response = await fetch(`/api/v1/search?${parameters()}`, request(signal));
    if (!response.ok) {
      throw Object.assign(new Error(await problemOf(response)), { told: true });
    }

    const html = await response.text();
    showAnswer(html);
    bringAnswerIntoView();
    remember({ name: query.name, html, picture: await previewOf(query) });
  } catch (error) {
    if (mine.signal.aborted) {
      return;
    }

    results.replaceChildren();
    announce('');
    showProblem(error.told ? error.message : failureOf(error));
  } finally {
    if (running === mine) {
      running = null;
      setBusy(false);
    }
  }
}

function searchBy(next) {
  query = next;
  // The picture's address is its own: going back leads to what was shown before.
  options.querySelector('[name=image]')?.remove();
  const text = parameters().toString();
  history.pushState({}, '', text ? `/?${text}` : '/');
  document.title = `Like ${query.name} · ImageSearch`;
  showQuery(query.name, query.file ? URL.createObjectURL(query.file) : null);
  return search();
}

function searchByFile(file) {
  if (file) {
    return searchBy({ name: file.name || 'pasted picture', file });
  }
}

function searchByUrl(text) {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url && /^https?:$/.test(url.protocol)) {
    searchBy({ name: url.href, url: url.href });
    return true;
  }

  return false;
}

const pictureIn = transfer => [...transfer.files].find(file => file.type.startsWith('image/')) ?? transfer.files[0];

for (const input of [byId('file'), byId('camera')]) {
  input.addEventListener('change', () => {
    searchByFile(input.files[0]);
    input.value = ''; // so that choosing the same file again searches again
  });
}

acceptDrops(byId('dropzone'), transfer => {
  const file = pictureIn(transfer);
  if (file) {
    searchByFile(file);
  } else if (!searchByUrl(transfer.getData('text/uri-list').split('\n')[0])) {
    showProblem('That is no picture. Drop a picture file, or a picture from another page.');
  }
});

document.addEventListener('paste', event => {
  const file = pictureIn(event.clipboardData);
  if (file) {
    event.preventDefault();
    searchByFile(file);
  } else if (!event.target.closest('input, textarea') && searchByUrl(event.clipboardData.getData('text/plain'))) {
    event.preventDefault();
  }
});

options.addEventListener('change', () => {
  if (query) {
    const text = parameters().toString();
    history.replaceState(history.state, '', text ? `/?${text}` : '/');
    search();
  } else if (options.querySelector('[name=image]')) {
    options.requestSubmit();
  }
});

options.addEventListener('submit', event => {
  for (const field of options.elements) {
    field.disabled = field.value === ''; // keeps empty parameters out of the address
  }

  if (!options.querySelector('[name=image]')) {
    event.preventDefault();
    for (const field of options.elements) {
      field.disabled = false;
    }
  }
});

addEventListener('pageshow', () => {
  for (const field of options.elements) {
    field.disabled = false;
  }
});

// An error picture says nothing: the browser cannot show this format, the server may.
byId('query-picture').addEventListener('error', event => { event.target.hidden = true; });

// A fragment in the address is the skip link's: nothing else has changed then.
addEventListener('popstate', () => location.hash || restore() || location.reload());

function restore() {
  const known = recall();
  if (!known) {
    return false;
  }

  query = null;
  showProblem('');
  showQuery(known.name, known.picture);
  showAnswer(known.html);
  return true;
}

// Going back and reloading keep the place where the page was.
const [navigation] = performance.getEntriesByType('navigation');
if (!restore() && root.dataset.image && navigation?.type === 'navigate' && !location.hash) {
  bringAnswerIntoView();
}
