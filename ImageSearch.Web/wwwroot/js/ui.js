// What the pages' scripts share. Text from elsewhere goes into textContent only, never into HTML.

/** @type {(id: string) => any} */
export const byId = id => document.getElementById(id);

/** Says something to screen readers, and where the element is visible, to everyone. */
export function announce(text, id = 'status') {
  const status = byId(id);
  if (status) {
    status.textContent = text;
  }
}

export function showProblem(text) {
  const problem = byId('problem');
  problem.textContent = text;
  problem.hidden = !text;
}

/** The sentence that an answer other than 2xx carries for a person. */
export async function problemOf(response) {
  if (response.status === 401) {
    // Where keys are required, the page that takes one leads back here.
    location.assign(`/sign-in?return=${encodeURIComponent(location.pathname + location.search)}`);
  }

  try {
    const problem = await response.json();
    if (problem.detail) {
      return problem.detail;
    }
  } catch {
    // No problem details: the status has to do.
  }

  return `The server answered with status ${response.status}. Try again in a moment.`;
}

/** What to tell of a request that got no answer at all. */
export function failureOf(error) {
  return error.name === 'TimeoutError'
    ? 'The server took too long to answer. Try again in a moment.'
    : 'The server cannot be reached. Check the connection and try again.';
}

/** Calls the API; throws an Error whose message is for a person. */
export async function call(url, options = {}, timeout = 60_000) {
  let response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeout), ...options });
  } catch (error) {
    throw new Error(failureOf(error), { cause: error });
  }

  if (!response.ok) {
    throw new Error(await problemOf(response));
  }

  return response;
}

export const delay = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Lets files be dropped anywhere on the page; the drop zone shows that they may be. */
export function acceptDrops(zone, handle) {
  let depth = 0;
  const carries = event => [...event.dataTransfer.types].some(type => type === 'Files' || type === 'text/uri-list');
  const leave = () => {
    depth = 0;
    zone.classList.remove('over');
  };
  document.addEventListener('dragenter', event => {
    if (carries(event)) {
      depth++;
      zone.classList.add('over');
    }
  });
  document.addEventListener('dragleave', () => --depth <= 0 && leave());
  document.addEventListener('dragover', event => carries(event) && event.preventDefault());
  document.addEventListener('drop', event => {
    leave();
    if (carries(event)) {
      event.preventDefault();
      handle(event.dataTransfer);
    }
  });
}
