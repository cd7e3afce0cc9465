// Ways to give the page what to search by: choose a picture, photograph, drop, paste, type its address, or describe it.
import { acceptDrops, byId, showProblem } from './ui.js';

const pictureIn = transfer => [...transfer.files].find(file => file.type.startsWith('image/')) ?? transfer.files[0];

/** @param byFile called with a file @param byUrl called with a whole http or https address @param byText called with words */
export function takePictures({ byFile, byUrl, byText }) {
  function tryUrl(text) {
    const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
    if (url && /^https?:$/.test(url.protocol)) {
      byUrl(url.href);
      return true;
    }

    return false;
  }

  for (const input of [byId('file'), byId('camera')]) {
    input.addEventListener('change', () => {
      if (input.files[0]) {
        byFile(input.files[0]);
      }

      input.value = ''; // so that choosing the same file again searches again
    });
  }

  acceptDrops(byId('dropzone'), transfer => {
    const file = pictureIn(transfer);
    if (file) {
      byFile(file);
    } else if (!tryUrl(transfer.getData('text/uri-list').split('\n')[0])) {
      showProblem('That is no picture. Drop a picture file, or a picture from another page.');
    }
  });

  document.addEventListener('paste', event => {
    const file = pictureIn(event.clipboardData);
    if (file) {
      event.preventDefault();
      byFile(file);
    } else if (!event.target.closest('input, textarea') && tryUrl(event.clipboardData.getData('text/plain'))) {
      event.preventDefault();
    }
  });

  byId('url-form').addEventListener('submit', event => {
    event.preventDefault();
    if (!tryUrl(byId('url').value)) {
      showProblem('That is no address of a picture: it begins with http:// or https://.');
    }
  });

  document.getElementById('words-form')?.addEventListener('submit', event => {
    event.preventDefault();
    const text = byId('words').value.trim();
    if (text && !tryUrl(text)) {
      byText(text);
    }
  });
}
