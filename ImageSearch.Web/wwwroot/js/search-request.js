// What is asked for: the options of the form and the part of the picture, as the server takes them and as the page's address has them.
const pageSize = 48;

const readable = parameters => parameters.toString().replaceAll('%2C', ',');
const given = values => Object.entries(values).filter(([, value]) => value);
const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;

/** @param options the form @param region the part of the picture */
export function createRequest(options, region) {
  const optionNamed = name => options.elements.namedItem(name)?.value.trim() ?? '';
  const chosenModels = () => [...options.querySelectorAll('[name=model]:checked')].map(box => box.value);
  const parametersOf = extra => readable(new URLSearchParams(given({
    k: optionNamed('k') || `${pageSize}`, group: 'true', ...extra, tag: optionNamed('tag'), crop: region.crop,
  })));

  /** The page's address of a search. */
  function addressOf({ text, image, url }) {
    const parameters = readable(new URLSearchParams([
      ...given({ text, image, url }),
      ...chosenModels().map(model => ['model', model]),
      ...given({ k: optionNamed('k'), tag: optionNamed('tag'), crop: region.crop }),
    ]));
    return parameters ? `/?${parameters}` : '/';
  }

  return {
    optionNamed,
    addressOf,

    /** Asks for the columns that the page shows: by an address where it says it all, else by POST: no link makes the server fetch anything. */
    send(query, signal) {
      const headers = { Accept: 'text/html' };
      if (!query.file && !query.url) {
        return fetch(addressOf(query), { headers, signal });
      }

      const target = `/api/v1/search/columns?${parametersOf({ next: 'true', models: chosenModels().join(',') })}`;
      if (query.url) {
        const json = { ...headers, 'Content-Type': 'application/json' };
        return fetch(target, { method: 'POST', headers: json, signal, body: JSON.stringify({ url: query.url }) });
      }

      const body = new FormData();
      body.append('file', query.file, query.name); // the bytes as they are
      return fetch(target, { method: 'POST', headers, signal, body });
    },

    /** The same search in a shell. */
    curlOf({ name, url, image, text }, model) {
      const target = path => quoted(`${location.origin}/api/v1/${path}?${parametersOf({ model, text: image ? '' : text })}`);
      const body = url ? { url } : image && text ? { imageId: image, text } : null;
      return body ? `curl -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))} ${target('search')}`
        : image ? `curl ${target(`images/${image}/similar`)}`
          : text ? `curl ${target('search')}`
            : `curl -F ${quoted(`file=@"${name.replaceAll(/["\\]/g, '\\$&')}"`)} ${target('search')}`;
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
