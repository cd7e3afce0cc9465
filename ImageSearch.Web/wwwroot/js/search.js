// The search page: what is searched by, with which options, and what the address says of it.
import { copy } from './clipboard.js';
import { createDetail, viewed } from './detail.js';
import { createGrid } from './grid.js';
import { currentKey, newKey, recall, remember, smallCopy } from './search-history.js';
import { createQueryPicture } from './query-picture.js';
import { createRegion } from './region.js';
import { createResults } from './results.js';
import { createRequest } from './search-request.js';
import { announce, byId, failureOf, problemOf, showProblem } from './ui.js';
import { takePictures } from './picture-input.js';

const timeout = 60_000;
const root = byId('search');
const results = byId('results');
const options = byId('options');
const urlField = byId('url');
const wordsField = byId('words'); // only where a model knows words

let query = null; // what is searched by: { name } and file, url, image or text
let running = null;
let shown = null; // the history entry whose results the page has
const queries = new Map(); // by entry, with their files, which cannot be kept: only going back within this page can search by one again

const picture = createQueryPicture(() => { region.available = false; });
const answers = createResults(results, cursor => fetch('/api/v1/search', {
  method: 'POST',
  headers: { Accept: 'text/html', 'Content-Type': 'application/json' },
  body: JSON.stringify({ cursor }),
  signal: AbortSignal.timeout(timeout),
}));
const region = createRegion(() => refine());
const request = createRequest(options, region);
const detail = createDetail(results, answers.loadMore);
createGrid(results, tile => answers.loadMore(tile.closest('.answer')));

// --- searching

function setBusy(busy) {
  byId('busy').hidden = !busy;
  results.setAttribute('aria-busy', busy);
}

// In one column the answer is below the picture and the form: out of sight.
function bringAnswerIntoView() {
  if (!matchMedia('(min-width: 64rem)').matches) {
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
    results.querySelector('h2')?.scrollIntoView({ block: 'start', behavior });
  }
}

/** The columns of an answer. */
async function ask(signal) {
  const response = await request.send(query, signal).catch(error => { throw new Error(failureOf(error), { cause: error }); });
  if (response.redirected) {
    location.reload(); // signed out: the server leads to where one signs in
  }

  const isPage = response.headers.get('Content-Type')?.startsWith('text/html');
  if (!isPage) {
    throw new Error(await problemOf(response));
  }

  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const columns = [...page.querySelectorAll('.column')];
  if (columns.length === 0) {
    throw new Error(page.getElementById('problem')?.textContent || 'The session has ended. Load this page again.');
  }

  return columns;
}

/** @param found called once answers are there */
async function search(found = () => {}) {
  running?.abort();
  shown = undefined; // neither what was shown nor what will be
  const mine = running = new AbortController();
  const key = currentKey();
  const by = query;
  showProblem('');
  setBusy(true);
  announce('Searching');
  if (!results.querySelector('.column')) {
    results.replaceChildren(byId('waiting').content.cloneNode(true));
  }

  let columns = [];
  try {
    columns = await ask(AbortSignal.any([mine.signal, AbortSignal.timeout(timeout)]));
  } catch (error) {
    if (!mine.signal.aborted) {
      showProblem(error.message);
    }
  }

  if (mine.signal.aborted) {
    return;
  }

  running = null;
  setBusy(false);
  shown = key;
  announce(answers.show(columns));
  if (columns.length === 0) {
    return;
  }

  found();
  if (by.url && !by.blob) {
    await previewOf(by);
  }

  await idle(); // a copy is decoded from the whole photograph: what was found is to be painted first
  const small = await smallCopyOf(by);
  if (shown === key) {
    keep(key, by, small); // else another search has begun: going back repeats this one
  }
}

const idle = () => new Promise(resolve => 'requestIdleCallback' in window ? requestIdleCallback(resolve, { timeout: 2000 }) : setTimeout(resolve, 200));

const smallCopyOf = async by => by.small ??= by.file || by.blob ? await smallCopy(by.file ?? by.blob) : null;

function keep(key, by, small) {
  if (key) {
    const { name, url, image, text } = by;
    remember(key, { name, url, image, text, picture: small, html: results.innerHTML, columns: results.className });
  }
}

// The policy of the page lets it load nothing from elsewhere: the server gets a small copy. The search itself does not wait for it.
async function previewOf(by) {
  try {
    const response = await fetch('/api/v1/preview', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ url: by.url }),
      signal: AbortSignal.timeout(timeout),
    });
    by.blob = response.ok ? await response.blob() : null;
  } catch {
    by.blob = null;
  }

  if (query === by) {
    showQuery();
  }
}

function showQuery(kept = null) {
  root.classList.add('has-query');
  byId('unshared').hidden = Boolean(query.image || query.url || query.text);
  urlField.value = query.url ?? '';
  if (wordsField) {
    wordsField.value = query.text ?? '';
  }

  picture.show(query, kept);
  region.available = !query.text && (!query.url || Boolean(query.blob || kept));
}

function push() {
  const key = newKey();
  history.pushState({ search: key }, '', request.addressOf(query));
  queries.set(key, query);
}

const titleOf = ({ name, text }) => `${text ?? `Like ${name}`} · ImageSearch`;

/** Searches by another picture, or other words. */
function searchBy(next) {
  query = next;
  region.crop = '';
  dropHidden();
  push();
  document.title = titleOf(query);
  showQuery();
  return search(bringAnswerIntoView);
}

// What the server wrote into the form for a picture of the collection; from now on the address is the script's.
const dropHidden = () => options.querySelectorAll('[name=image], [name=text], [name=crop]').forEach(field => field.remove());

/** Searches by the same with other options. */
function refine() {
  if (!query) {
    return;
  }

  if (!query.file && !query.url && !query.image && !query.text) {
    showProblem('The picture is no longer at hand: choose it again to search with other options.');
    return;
  }

  dropHidden();
  push();
  search();
}

takePictures({
  byFile: file => searchBy({ name: file.name || 'pasted picture', file }),
  byUrl: url => searchBy({ name: url, url }),
  byText: text => searchBy({ name: text, text }),
});

options.addEventListener('change', refine);
options.addEventListener('submit', event => event.preventDefault());
// The cross in the field, which is no change until the field is left.
options.addEventListener('search', () => {
  if (request.optionNamed('tag') !== (new URLSearchParams(location.search).get('tag') ?? '')) {
    refine();
  }
});

results.addEventListener('click', event => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const tag = event.target.closest('[data-tag]');
  if (tag && plain && query) {
    event.preventDefault();
    options.elements.namedItem('tag').value = tag.dataset.tag;
    results.focus({ preventScroll: true }); // what has the focus now will be gone
    refine();
    return;
  }

  const button = event.target.closest('button[data-action]');
  if (button?.dataset.action === 'curl') {
    copy(request.curlOf(query, button.closest('.column').dataset.column ?? ''), button);
  }
});

document.addEventListener('keydown', event => {
  const typing = event.target.closest('input:not([type=checkbox], [type=file]), textarea, select, dialog[open]');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    (wordsField ?? urlField).focus();
    (wordsField ?? urlField).select();
  } else if (event.key === 'Escape' && event.target.closest('#words-form, #url-form, #options')) {
    (results.querySelector('[data-current] .tile-picture') ?? byId('file')).focus();
  }
});

// --- the way back

/** Shows what was kept for this entry of the history. */
function restore() {
  const known = recall();
  if (!known) {
    return false;
  }

  const { name, url, image, text } = known;
  query = queries.get(currentKey()) ?? { name, url, image, text };
  document.title = titleOf(query);
  showProblem('');
  showQuery(known.picture ?? (image ? `/api/v1/images/${image}/thumbnail?size=512` : null));
  request.read(new URLSearchParams(location.search));
  results.className = known.columns;
  results.innerHTML = known.html; // the server's own markup, as it was
  answers.attach();
  shown = currentKey();
  setBusy(false);
  return true;
}

/** Searches again as this entry of the history did, which was left before its answer came. */
function repeat() {
  query = queries.get(currentKey()) ?? query;
  if (!queries.has(currentKey())) {
    return false;
  }

  showQuery();
  request.read(new URLSearchParams(location.search));
  search();
  return true;
}

// A fragment in the address is the skip link's, and a picture that is viewed lies over the results: the search is the same then.
addEventListener('popstate', () => {
  if (location.hash) {
    return;
  }

  if (currentKey() !== shown || !query) {
    running?.abort();
    if (!restore() && !repeat()) {
      location.reload();
      return;
    }
  }

  detail.sync();
});

// Pages that scrolling brought are kept, too.
addEventListener('pagehide', () => {
  if (shown && shown === currentKey() && results.querySelector('.answer')) {
    keep(shown, query, query.small ?? recall()?.picture ?? null);
  }
});

function begin() {
  /** @type {any} */
  const navigation = performance.getEntriesByType('navigation')[0];
  const fresh = navigation?.type === 'navigate' && !location.hash;
  const parameters = new URLSearchParams(location.search);
  // Loading anew is asking anew, where the page can ask.
  const again = navigation?.type === 'reload' && (root.dataset.image || root.dataset.text || parameters.get('url'));
  if (!again && restore()) {
    // as it was
  } else if (root.dataset.image || root.dataset.text) {
    const { image, text } = root.dataset;
    query = { name: image ? byId('query-name').textContent : text, image, text };
    shown = currentKey();
    region.available = !text;
    region.crop = parameters.get('crop');
    if (fresh && !viewed()) {
      bringAnswerIntoView();
    }
  } else if (parameters.get('url')) {
    const url = parameters.get('url');
    query = { name: url, url };
    history.replaceState({ ...history.state, search: newKey() }, '');
    showQuery();
    region.available = true;
    region.crop = parameters.get('crop');
    search(bringAnswerIntoView);
  }

  detail.sync();
}

begin();
