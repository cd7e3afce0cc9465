// What was found: columns (one per model), pages by cursor, the line of the cut-off, near-duplicates in place.
// The markup comes from the server, which encodes it; only its text and its numbers are touched here.
import { adopt } from './grid.js';
import { announce, failureOf, problemOf } from './ui.js';

const placeholders = 12;
const ahead = '1200px'; // how far below the window the next page is fetched

function parse(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  const answer = template.content.querySelector('.answer');
  if (!answer) {
    throw Object.assign(new Error('The server sent a page and no answer, as it does when a session has ended. Load this page again.'), { told: true });
  }

  return answer;
}

function element(name, className, text = '') {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = text;
  return created;
}

const tilesIn = root => [...root.querySelectorAll('.tile')];
const listOf = answer => answer.querySelector('.results-list');

/** @param root where answers are shown @param requestPage fetches the page after a cursor; a Response */
export function createAnswers(root, requestPage) {
  const loading = new WeakSet();
  const near = new IntersectionObserver(
    entries => entries.filter(entry => entry.isIntersecting).forEach(entry => loadMore(entry.target.closest('.answer'))),
    { rootMargin: `0px 0px ${ahead} 0px` });

  function watch(answer) {
    const more = answer.querySelector(':scope > .more');
    if (more) {
      near.unobserve(more);
      near.observe(more);
    }
  }

  /** Makes room for one answer per model; what was shown stays, dimmed, while the columns stay the same. */
  function prepare(models) {
    const columns = [...root.querySelectorAll(':scope > .column')];
    if (columns.length === models.length && columns.every((column, i) => (column.dataset.column ?? '') === models[i])) {
      return columns;
    }

    root.classList.toggle('columns', models.length > 1);
    const fresh = models.map(model => {
      const column = element('section', 'column');
      column.dataset.column = model;
      if (models.length > 1) {
        column.setAttribute('aria-label', `Model ${model}`);
        column.append(element('h2', 'column-title', model));
      }

      const waiting = element('div', 'gallery waiting');
      waiting.setAttribute('aria-hidden', 'true');
      waiting.append(...Array.from({ length: placeholders }, () => element('div', 'tile')));
      column.append(waiting);
      return column;
    });
    root.replaceChildren(...fresh);
    return fresh;
  }

  function put(column, ...content) {
    [...column.children].filter(child => !child.matches('.column-title')).forEach(child => child.remove());
    column.append(...content);
  }

  /** @returns the answer's summary */
  function show(column, html) {
    const answer = parse(html);
    put(column, answer);
    adopt(root, tilesIn(answer));
    watch(answer);
    markOthers();
    return answer.dataset.summary;
  }

  function fail(column, message) {
    const notice = element('p', 'notice error', message);
    notice.setAttribute('role', 'alert');
    put(column, notice);
  }

  // In the words of SearchAnswer.razor.cs. Where no tile is above the line, none will be: scores only fall.
  function recount(answer) {
    const line = answer.querySelector('.cut-off');
    const tiles = [...listOf(answer).querySelectorAll(':scope > .tile:not(.copy, .cut-off ~ .tile)')];
    const shown = tiles.length;
    if (shown === 0) {
      return;
    }

    const all = tiles.reduce((sum, tile) => sum + Number(tile.dataset.folded ?? 0), shown);
    const open = answer.dataset.next && !line ? '+' : '';
    answer.querySelector('.answer-head h2').textContent =
      all > 1 ? `${all}${open} similar pictures${all > shown ? `, ${shown} shown` : ''}`
        : tiles[0].querySelector('.match.exact') ? 'Only this picture itself' : '1 similar picture';
  }

  // A page may bring the first pictures below the cut-off, and with them the line, or more of them.
  function append(answer, page) {
    const known = new Set(tilesIn(answer).map(tile => tile.dataset.id));
    const hasLine = answer.querySelector('.cut-off') !== null;
    const fresh = [...listOf(page).children].filter(item => item.matches('.tile') ? !known.has(item.dataset.id) : !hasLine);
    listOf(answer).append(...fresh);
    const tiles = fresh.filter(item => item.matches('.tile'));
    adopt(root, tiles);
    answer.dataset.next = page.dataset.next ?? '';
    if (!answer.dataset.next) {
      answer.querySelector(':scope > .more').remove();
    }

    recount(answer);
    markOthers();
    return tiles.length;
  }

  /** The page after what is shown. */
  async function loadMore(answer) {
    const cursor = answer?.dataset.next;
    if (!cursor || loading.has(answer) || root.getAttribute('aria-busy') === 'true') {
      return;
    }

    loading.add(answer);
    const button = answer.querySelector('[data-action=more]');
    button.setAttribute('aria-busy', 'true');
    answer.querySelector('.more-problem')?.remove();
    try {
      const response = await requestPage(cursor);
      if (!response.ok) {
        throw Object.assign(new Error(await problemOf(response)), { told: true });
      }

      const page = parse(await response.text());
      if (answer.isConnected) {
        const added = append(answer, page);
        announce(`${added} more pictures.`);
      }
    } catch (error) {
      if (answer.isConnected) {
        const text = error.told ? error.message : failureOf(error);
        button.before(element('span', 'more-problem', text));
        announce(text);
      }
    } finally {
      loading.delete(answer);
      button.removeAttribute('aria-busy');
    }

    // A page that did not fill the window leaves the end where it was: the observer would not say so again.
    if (answer.isConnected && !answer.querySelector('.more-problem')) {
      requestAnimationFrame(() => watch(answer));
    }
  }

  // Near-duplicates open right behind the picture that they are duplicates of.
  function toggleCopies(button) {
    const tile = button.closest('.tile');
    const open = button.getAttribute('aria-expanded') !== 'true';
    button.setAttribute('aria-expanded', open);
    tile.classList.toggle('open', open);
    if (open) {
      const copies = [...tile.querySelector('template').content.cloneNode(true).children];
      copies.forEach(copy => { copy.dataset.of = tile.dataset.id; });
      tile.after(...copies);
      adopt(root, copies);
      announce(copies.length === 1 ? '1 near-duplicate is shown.' : `${copies.length} near-duplicates are shown.`);
    } else {
      tile.parentElement.querySelectorAll(`.copy[data-of="${CSS.escape(tile.dataset.id)}"]`).forEach(copy => copy.remove());
      announce('The near-duplicates are folded.');
    }
  }

  // Side by side: where the others have the same picture.
  function markOthers() {
    const columns = [...root.querySelectorAll(':scope > .column')];
    if (columns.length < 2) {
      return;
    }

    const ranks = columns.map(column => new Map([...column.querySelectorAll('.results-list > .tile:not(.copy)')].map((tile, i) => [tile.dataset.id, i + 1])));
    columns.forEach((column, own) => column.querySelectorAll('.results-list > .tile:not(.copy)').forEach(tile => {
      const others = columns.flatMap((other, i) => {
        const rank = i === own ? undefined : ranks[i].get(tile.dataset.id);
        return rank ? [`${other.dataset.column} ${rank}.`] : [];
      });
      let also = tile.querySelector('.also');
      if (others.length === 0) {
        also?.remove();
        return;
      }

      if (!also) {
        also = element('p', 'also');
        tile.querySelector('.tile-text').append(also);
      }

      also.textContent = others.join(', ');
    }));
  }

  root.addEventListener('click', event => {
    const button = event.target.closest('button[data-action]');
    if (button?.dataset.action === 'more') {
      loadMore(button.closest('.answer'));
    } else if (button?.dataset.action === 'copies') {
      toggleCopies(button);
    }
  });

  // What the server rendered, or what was kept of it.
  function attach() {
    adopt(root, tilesIn(root));
    root.querySelectorAll('.more [aria-busy]').forEach(button => button.removeAttribute('aria-busy'));
    root.querySelectorAll('.answer').forEach(watch);
    markOthers();
  }

  attach();
  return { prepare, show, fail, attach, loadMore };
}
