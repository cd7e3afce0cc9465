// What is asked for: the options of the form and the part of the picture, as the API takes them and as the page's address has them.
const pageSize = 48;

const readable = parameters => parameters.toString().replaceAll('%2C', ',');
const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;

// The body of a search that the address alone does not say.
const bodyOf = ({ url, image, text }) => url ? { url } : image && text ? { imageId: image, text } : null;

/** @param options the form @param region the part of the picture */
export function createQuestion(options, region) {
  const optionNamed = name => options.elements.namedItem(name)?.value.trim() ?? '';
  const chosenModels = () => [...options.querySelectorAll('[name=model]:checked')].map(box => box.value);

  // The API gives a long cursor only where one is asked for.
  function parametersOf(query, model, next) {
    const given = { text: query.image ? '' : query.text ?? '', k: optionNamed('k') || pageSize, group: true, next, model, tag: optionNamed('tag'), crop: region.crop };
    return new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''));
  }

  // A picture of the collection is no result of the search by it there.
  const targetOf = (query, model, next = true) =>
    `${query.image && !query.text ? `/api/v1/images/${query.image}/similar` : '/api/v1/search'}?${readable(parametersOf(query, model, next || ''))}`;

  return {
    optionNamed,
    chosenModels,
    targetOf,

    /** The page's address of a search. */
    addressOf(query) {
      const parameters = new URLSearchParams();
      for (const name of ['text', 'image', 'url']) {
        if (query[name]) {
          parameters.set(name, query[name]);
        }
      }

      chosenModels().forEach(model => parameters.append('model', model));
      for (const [name, value] of [['k', optionNamed('k')], ['tag', optionNamed('tag')], ['crop', region.crop]]) {
        if (value) {
          parameters.set(name, value);
        }
      }

      const text = readable(parameters);
      return text ? `/?${text}` : '/';
    },

    /** What fetch takes beside the target. */
    requestOf(query, signal) {
      const headers = { Accept: 'text/html' };
      if (query.file) {
        const body = new FormData();
        body.append('file', query.file, query.name); // the bytes as they are
        return { method: 'POST', headers, signal, body };
      }

      const body = bodyOf(query);
      return body
        ? { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, signal, body: JSON.stringify(body) }
        : { headers, signal };
    },

    /** The same search in a shell. */
    curlOf(query, model) {
      const target = quoted(location.origin + targetOf(query, model, false));
      if (!query.url && !query.image && !query.text) {
        return `curl -F ${quoted(`file=@"${query.name.replaceAll(/["\\]/g, '\\$&')}"`)} ${target}`;
      }

      const body = bodyOf(query);
      return body ? `curl -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))} ${target}` : `curl ${target}`;
    },

    /** Sets the form as an address has it. */
    read(parameters) {
      const models = new Set(parameters.getAll('model'));
      options.querySelectorAll('[name=model]').forEach(box => { box.checked = models.has(box.value); });
      options.elements.namedItem('tag').value = parameters.get('tag') ?? '';
      region.crop = parameters.get('crop');
    },
  };
}
