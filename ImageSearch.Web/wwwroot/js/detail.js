// One result in a dialog over the grid: its own page's article, with the way to the ones before and after it. In the address as view=ID.
import { byId, failureOf } from './ui.js';

const dialog = byId('detail');
const content = byId('detail-content');
const steps = [...dialog.querySelectorAll('[data-step]')];

export const viewed = () => new URLSearchParams(location.search).get('view');

function addressWith(id) {
  const url = new URL(location.href);
  url.searchParams.delete('view');
  if (id) {
    url.searchParams.set('view', id);
  }

  return url.pathname + url.search;
}

/** The article of a picture's page, or why there is none. */
async function fetchArticle(id, signal) {
  let problem;
  try {
    const response = await fetch(`/image/${encodeURIComponent(id)}`, { signal, headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const article = page.querySelector('article.picture');
    if (article) {
      return document.adoptNode(article);
    }

    problem = page.getElementById('problem')?.textContent || `The server answered with status ${response.status}. Try again in a moment.`;
  } catch (error) {
    problem = failureOf(error);
  }

  return Object.assign(document.createElement('p'), { className: 'notice error', textContent: problem });
}

const isPlain = event => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

/**
 * @param results the element with the tiles
 * @param more fetches the page after the last tile of a list
 */
export function createDetail(results, more) {
  let current = null;
  let asking = null;
  let leaving = false;
  let origin = null; // side by side, a picture stands in several lists: steps stay in the one it was opened from

  const links = () => [...(origin?.isConnected ? origin.closest('.column') ?? results : results).querySelectorAll('a[data-view]')]
    .filter(link => !link.closest('[hidden]'));
  const linkOf = id => links().find(link => link.dataset.view === id);
  const indexOf = list => list.findIndex(link => link.dataset.view === current);

  function showPosition() {
    const list = links();
    const index = indexOf(list);
    byId('detail-position').textContent = index >= 0 ? `${index + 1} of ${list.length}` : '';
    steps[0].disabled = index <= 0;
    steps[1].disabled = index < 0 || (index === list.length - 1 && !origin?.closest('.answer')?.dataset.next);
    for (const near of [list[index + 1], list[index - 1]].filter(link => index >= 0 && link)) {
      new Image().src = `/api/v1/images/${near.dataset.view}/thumbnail?size=1024`;
    }
  }

  async function load(id) {
    current = id;
    asking?.abort();
    const { signal } = asking = new AbortController();
    showPosition();
    content.setAttribute('aria-busy', 'true');
    const article = await fetchArticle(id, signal);
    if (signal.aborted) {
      return;
    }

    content.replaceChildren(article);
    content.removeAttribute('aria-busy');
    content.scrollTop = 0;
    const title = article.querySelector('h1');
    dialog.setAttribute('aria-label', title?.textContent ?? 'Picture');
    if (title && !dialog.querySelector('.detail-bar :focus')) {
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
    }
  }

  function openDialog(id, link) {
    origin = link ?? linkOf(id) ?? null;
    if (!dialog.open) {
      content.replaceChildren();
      dialog.showModal();
    }

    load(id);
  }

  function go(id) {
    history.replaceState(history.state, '', addressWith(id));
    load(id);
  }

  async function step(by) {
    const list = links();
    const index = indexOf(list);
    const from = current;
    if (by > 0 && index === list.length - 1) {
      await more(list[index]?.closest('.answer'));
    }

    const next = index < 0 || current !== from ? null : links()[index + by]; // closed, or gone on otherwise, meanwhile
    if (next) {
      go(next.dataset.view);
    }
  }

  function closeDialog() {
    if (current) {
      asking?.abort();
      dialog.close();
      linkOf(current)?.focus();
      current = null;
    }
  }

  // Closing is going back to the grid; where the address was opened with a picture there is nothing to go back to.
  function leave() {
    if (leaving) {
      return;
    }

    if (history.state?.opened) {
      leaving = true; // until the browser has gone back
      history.back();
    } else {
      history.replaceState(history.state, '', addressWith(null));
      closeDialog();
    }
  }

  results.addEventListener('click', event => {
    const link = event.target.closest('a[data-view]');
    if (link && isPlain(event)) {
      event.preventDefault();
      history.pushState({ ...history.state, opened: true }, '', addressWith(link.dataset.view));
      openDialog(link.dataset.view, link);
    }
  });

  dialog.addEventListener('click', event => {
    const stepping = event.target.closest('[data-step]');
    const link = event.target.closest('a[data-view]');
    if (stepping) {
      step(Number(stepping.dataset.step));
    } else if (event.target === dialog || event.target.closest('[data-close]')) {
      leave();
    } else if (link && isPlain(event)) {
      event.preventDefault();
      go(link.dataset.view);
    }
  });

  dialog.addEventListener('keydown', event => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      step(by);
    }
  });

  dialog.addEventListener('cancel', event => {
    event.preventDefault();
    leave();
  });

  // A second Escape closes it whatever the page says. The event comes a frame later: by then the dialog that the page closed
  // may be open again.
  dialog.addEventListener('close', () => !dialog.open && current && leave());

  return {
    /** Shows what the address says. */
    sync() {
      leaving = false;
      const id = viewed();
      if (!id) {
        closeDialog();
      } else if (!dialog.open || id !== current) {
        openDialog(id);
      }
    },
  };
}
