using System.Text.Json;
using ImageSearch.Client.Http;

namespace ImageSearch.Client.Imports;

/// <summary>Imports that the server carries out by itself.</summary>
public sealed class ImportsClient
{
    private readonly ApiConnection _api;

    internal ImportsClient(ApiConnection api) => _api = api;

    /// <summary>Has the server fetch pictures from the web.</summary>
    public Task<ImportStarted> StartAsync(
        IEnumerable<string> urls, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default) =>
        StartAsync(new ImportRequest([.. urls], null, tags is null ? null : [.. tags]), cancellationToken);

    /// <summary>Has the server read a folder of its own, below a root that its operator allowed.</summary>
    public Task<ImportStarted> StartFolderAsync(
        string folder, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default) =>
        StartAsync(new ImportRequest(null, folder, tags is null ? null : [.. tags]), cancellationToken);

    /// <summary>The last imports, newest first.</summary>
    public async Task<IReadOnlyList<ImportStatus>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _api.SendAsync(ApiCall.Get("imports"), ContractsJson.Default.ImportList, cancellationToken).ConfigureAwait(false)).Imports;

    /// <summary>How far an import has come.</summary>
    public Task<ImportStatus> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(ApiCall.Get($"imports/{ApiId.Opaque(id)}"), ContractsJson.Default.ImportStatus, cancellationToken);

    /// <summary>Ends an import; what it has taken in stays.</summary>
    public Task<ImportStatus> CancelAsync(string id, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post($"imports/{ApiId.Opaque(id)}/cancel") with { Repeatable = true }, ContractsJson.Default.ImportStatus,
        cancellationToken);

    /// <summary>Goes on with an import that was cancelled.</summary>
    public Task<ImportStatus> ResumeAsync(string id, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post($"imports/{ApiId.Opaque(id)}/resume") with { Repeatable = true }, ContractsJson.Default.ImportStatus,
        cancellationToken);

    /// <summary>How far an import comes, until it is done or cancelled.</summary>
    public IAsyncEnumerable<ImportStatus> WatchAsync(string id, CancellationToken cancellationToken = default)
    {
        return new EventSource<ImportStatus>(_api, $"imports/{ApiId.Opaque(id)}/events", Parse).ReadAsync(cancellationToken);

        static EventOutcome<ImportStatus> Parse(string type, ReadOnlySpan<byte> data)
        {
            if (type != "progress")
            {
                return new EventOutcome<ImportStatus>(null, Last: type == "done");
            }

            var status = JsonSerializer.Deserialize(data, ContractsJson.Default.ImportStatus)!;
            return new EventOutcome<ImportStatus>(status, Last: status.Done || status.State is ImportState.Done or ImportState.Cancelled);
        }
    }

    private Task<ImportStarted> StartAsync(ImportRequest request, CancellationToken cancellationToken) => _api.SendAsync(
        ApiCall.Post("imports", request, ContractsJson.Default.ImportRequest), ContractsJson.Default.ImportStarted, cancellationToken);
}
