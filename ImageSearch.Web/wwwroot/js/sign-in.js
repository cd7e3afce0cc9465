// A browser that came here by a link from another site left the cookie at home, which is for this site's own pages only. Asked from here it
// sends it: whoever is signed in already goes on without typing.
const form = document.getElementById('sign-in');
const way = form?.querySelector('[name=return]').value;
if (form && !document.getElementById('problem')) {
  const answer = await fetch('/sign-in', { headers: { Accept: 'text/html' } });
  if ((await answer.text()).includes('id="sign-out"')) {
    location.replace(way);
  }
}
