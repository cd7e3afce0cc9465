using System.Net;
using System.Text.Json;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers;

namespace ImageSearch.Web.Imports;

/// <summary>Has ingest carry imports out, and asks how far they have come.</summary>
internal sealed class ImportStatusClient(HttpClient http)
{
    /// <returns>Null when there is no such import.</returns>
    /// <exception cref="ProblemException">Ingest cannot be reached.</exception>
    public Task<ImportStatus?> FindAsync(string id, CancellationToken cancellationToken) =>
        AskAsync<ImportStatus>(
            HttpMethod.Get, $"/{Uri.EscapeDataString(id)}", null, "does not tell how far the import is", cancellationToken);

    /// <returns>Newest first, without their problems.</returns>
    /// <exception cref="ProblemException">Ingest cannot be reached.</exception>
    public async Task<IReadOnlyList<ImportStatus>> ListAsync(CancellationToken cancellationToken) =>
        (await AskAsync<ImportList>(HttpMethod.Get, "", null, "does not tell of its imports", cancellationToken))?.Imports ?? [];

    /// <exception cref="ProblemException">Ingest refuses the import, or cannot be reached.</exception>
    public Task<ImportStarted?> StartAsync(ImportRequest import, CancellationToken cancellationToken) =>
        AskAsync<ImportStarted>(HttpMethod.Post, "", JsonContent.Create(import), "does not take the import", cancellationToken);

    /// <param name="verb"><c>cancel</c> or <c>resume</c>.</param>
    /// <returns>Null when there is no such import.</returns>
    /// <exception cref="ProblemException">Ingest cannot be reached.</exception>
    public Task<ImportStatus?> ChangeAsync(string id, string verb, CancellationToken cancellationToken) =>
        AskAsync<ImportStatus>(
            HttpMethod.Post, $"/{Uri.EscapeDataString(id)}/{verb}", null, $"does not {verb} the import", cancellationToken);

    private async Task<T?> AskAsync<T>(
        HttpMethod method, string path, HttpContent? content, string failure, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, $"http://ingest/imports{path}") { Content = content };
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            await PeerProblem.ThrowIfRefusedAsync(response, cancellationToken);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw new JsonException("The answer is null.");
        }
        catch (Exception e) when (e is not ProblemException && !cancellationToken.IsCancellationRequested)
        {
            throw Problem.IngestUnavailable(failure, e);
        }
    }
}
