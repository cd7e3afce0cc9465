// Shows the picture that is searched by.
import { byId } from './ui.js';

const blank = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/** @param broken called when the browser cannot show the picture */
export function createQueryPicture(broken) {
  const figure = byId('query');
  const image = byId('query-picture');
  const name = byId('query-name');
  const none = byId('no-preview');
  let own = null; // the address of a file, which holds it in memory

  // An error says nothing of the picture: the browser cannot show this format, the server may.
  image.addEventListener('error', () => {
    image.hidden = true;
    none.hidden = false;
    broken();
  });

  function sourceOf({ file, blob, image: id }, kept) {
    const bytes = file ?? blob;
    if (bytes) {
      return own = URL.createObjectURL(bytes);
    }

    return kept ?? (id ? `/api/v1/images/${id}/thumbnail?size=512` : null);
  }

  return {
    show(query, kept) {
      const old = own;
      own = null;
      const source = sourceOf(query, kept);
      figure.hidden = Boolean(query.text && !query.image);
      name.textContent = name.title = query.name;
      none.hidden = true;
      image.hidden = !source;
      image.removeAttribute('width');
      image.removeAttribute('height');
      image.alt = `The picture searched by: ${query.name}`;
      image.src = source ?? blank;
      if (old) {
        URL.revokeObjectURL(old);
      }
    },
  };
}
