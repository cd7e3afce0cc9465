using System.Net;
using System.Text.Json;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Imports;

/// <summary>Asks ingest how far an import has come.</summary>
internal sealed class ImportStatusClient(HttpClient http)
{
    /// <returns>Null when there is no such import.</returns>
    /// <exception cref="ProblemException">Ingest is not to be had.</exception>
    public async Task<ImportStatus?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync($"http://ingest/imports/{Uri.EscapeDataString(id)}", cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<ImportStatus>(cancellationToken) ?? throw new JsonException("The answer is null.");
        }
        catch (Exception e) when (e is not ProblemException && !cancellationToken.IsCancellationRequested)
        {
            throw Problem.IngestUnavailable("does not tell how far the import is", e);
        }
    }
}
