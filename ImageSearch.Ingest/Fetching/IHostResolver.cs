using System.Net;

namespace ImageSearch.Ingest.Fetching;

/// <summary>Finds the addresses of a host; the seam at which tests are the name server.</summary>
internal interface IHostResolver
{
    /// <exception cref="FetchException">The host is unknown.</exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
